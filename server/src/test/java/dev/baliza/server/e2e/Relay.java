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
import java.util.concurrent.atomic.AtomicLong;

/** Stands between devices and a server on loopback, passes datagrams both ways, loses some, and keeps the first ones to the server. */
final class Relay implements AutoCloseable {
    private static final int MAX_DATAGRAM = 65_535;
    private static final int MOST_RECORDED = 20_000;

    private final DatagramSocket front;
    private final InetSocketAddress server;
    private final Map<SocketAddress, DatagramSocket> behind = new HashMap<>();
    private final List<byte[]> recorded = new ArrayList<>();
    private final Thread thread = new Thread(this::pass, "relay");

    private final Random dice = new Random(1);
    private final double loss;
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();
    private boolean silent;

    Relay(String serverAddress) throws IOException {
        this(serverAddress, 0);
    }

    /** @param loss share of the datagrams that go nowhere, each way */
    Relay(String serverAddress, double loss) throws IOException {
        this.loss = loss;
        server = address(serverAddress);
        front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread.setDaemon(true);
        thread.start();
    }

    /** What {@code host:port} says. */
    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
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
                bytesUp.addAndGet(bytes.length);
                synchronized (this) {
                    if (recorded.size() < MOST_RECORDED) {
                        recorded.add(bytes);
                    }
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
                bytesDown.addAndGet(packet.getLength());
                if (!isLost()) {
                    front.send(new DatagramPacket(packet.getData(), packet.getLength(), device));
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private synchronized boolean isLost() {
        return silent || dice.nextDouble() < loss;
    }

    /** Whether nothing passes, either way. */
    synchronized void silence(boolean now) {
        silent = now;
    }

    /** Bytes that came from devices, passed on or not. */
    long bytesUp() {
        return bytesUp.get();
    }

    /** Bytes that came from the server, passed on or not. */
    long bytesDown() {
        return bytesDown.get();
    }

    synchronized List<byte[]> recorded() {
        return List.copyOf(recorded);
    }

    /** Sends these to the server again. */
    void replay(List<byte[]> datagrams) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (byte[] bytes : datagrams) {
                socket.send(new DatagramPacket(bytes, bytes.length, server));
            }
        }
    }

    @Override
    public void close() {
        front.close();
        behind.values().forEach(DatagramSocket::close);
    }
}
