package dev.baliza.server.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Stands between devices and a server on loopback, passes datagrams both ways and keeps those towards the server. */
final class Relay implements AutoCloseable {
    private static final int MAX_DATAGRAM = 65_535;

    private final DatagramSocket front;
    private final InetSocketAddress server;
    private final Map<SocketAddress, DatagramSocket> behind = new HashMap<>();
    private final List<byte[]> recorded = new ArrayList<>();
    private final double loss;
    private final Random random = new Random(5);
    private final Thread thread = new Thread(this::pass, "relay");

    Relay(String serverAddress) throws IOException {
        this(serverAddress, 0);
    }

    /** @param loss share of the datagrams that is dropped, both ways */
    Relay(String serverAddress, double loss) throws IOException {
        this.loss = loss;
        int colon = serverAddress.lastIndexOf(':');
        server = new InetSocketAddress(
                serverAddress.substring(0, colon), Integer.parseInt(serverAddress.substring(colon + 1)));
        front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + front.getLocalPort();
    }

    private void pass() {
        byte[] buffer = new byte[MAX_DATAGRAM];
        while (!front.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                front.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                synchronized (this) {
                    recorded.add(bytes);
                }
                DatagramSocket out = behind.get(packet.getSocketAddress());
                if (out == null) {
                    out = open(packet.getSocketAddress());
                }
                if (!isLost()) {
                    out.send(new DatagramPacket(bytes, bytes.length, server));
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private synchronized boolean isLost() {
        return random.nextDouble() < loss;
    }

    private DatagramSocket open(SocketAddress device) throws IOException {
        DatagramSocket out = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        behind.put(device, out);
        Thread back = new Thread(() -> passBack(out, device), "relay-back");
        back.setDaemon(true);
        back.start();
        return out;
    }

    private void passBack(DatagramSocket from, SocketAddress device) {
        byte[] buffer = new byte[MAX_DATAGRAM];
        while (!from.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                if (!isLost()) {
                    front.send(new DatagramPacket(packet.getData(), packet.getLength(), device));
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    synchronized List<byte[]> recorded() {
        return List.copyOf(recorded);
    }

    /** Sends these to the server again, a little slower than it can read. */
    void replay(List<byte[]> datagrams) throws IOException, InterruptedException {
        try (DatagramSocket socket = new DatagramSocket()) {
            int sent = 0;
            for (byte[] bytes : datagrams) {
                socket.send(new DatagramPacket(bytes, bytes.length, server));
                if (++sent % 200 == 0) {
                    Thread.sleep(5);
                }
            }
        }
    }

    @Override
    public void close() {
        front.close();
        behind.values().forEach(DatagramSocket::close);
    }
}
