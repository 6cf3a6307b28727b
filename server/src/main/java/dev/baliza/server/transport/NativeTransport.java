package dev.baliza.server.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/** Which of Netty's transports serves the sockets. */
public enum NativeTransport {
    /** Linux: recvmmsg, SO_REUSEPORT. */
    EPOLL("epoll", EpollServerSocketChannel.class, EpollDatagramChannel.class),
    /** Everywhere. */
    NIO("nio", NioServerSocketChannel.class, NioDatagramChannel.class);

    private final String label;
    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends DatagramChannel> datagramChannel;

    NativeTransport(
            String label,
            Class<? extends ServerChannel> serverChannel,
            Class<? extends DatagramChannel> datagramChannel) {
        this.label = label;
        this.serverChannel = serverChannel;
        this.datagramChannel = datagramChannel;
    }

    /** As in the log and in metrics. */
    public String label() {
        return label;
    }

    public Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    Class<? extends DatagramChannel> datagramChannel() {
        return datagramChannel;
    }

    public IoHandlerFactory ioHandlers() {
        return this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    /** epoll where it works, else NIO. */
    public static NativeTransport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Why epoll does not work here; empty when it does. */
    public static String whyNotEpoll() {
        Throwable cause = Epoll.unavailabilityCause();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }
}
