package dev.baliza.server.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between devices and a server on loopback, passes TCP both ways, counts the bytes, and closes connections when told to. */
final class StreamRelay implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final ServerSocket front;
    private final InetSocketAddress server;
    private final Set<Socket> open = new HashSet<>();
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();

    StreamRelay(String serverAddress) throws IOException {
        server = Relay.address(serverAddress);
        front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "stream-relay");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + front.getLocalPort();
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket device = front.accept();
                Socket behind = new Socket(server.getAddress(), server.getPort());
                device.setTcpNoDelay(true);
                behind.setTcpNoDelay(true);
                synchronized (this) {
                    open.add(device);
                    open.add(behind);
                }
                start(() -> pass(device, behind, bytesUp));
                start(() -> pass(behind, device, bytesDown));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void pass(Socket from, Socket to, AtomicLong count) {
        byte[] block = new byte[BLOCK_BYTES];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                count.addAndGet(read);
                out.write(block, 0, read);
            }
        } catch (IOException e) {
            return; // cut
        } finally {
            synchronized (this) {
                open.remove(from);
                open.remove(to);
            }
        }
    }

    /** Closes every connection; what is in the sockets is lost. */
    void cut() throws IOException {
        List<Socket> all;
        synchronized (this) {
            all = List.copyOf(open);
        }
        for (Socket socket : all) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                continue; // closed by its other end
            }
            socket.close();
        }
    }

    long bytesUp() {
        return bytesUp.get();
    }

    long bytesDown() {
        return bytesDown.get();
    }

    @Override
    public void close() throws IOException {
        front.close();
        cut();
    }
}
