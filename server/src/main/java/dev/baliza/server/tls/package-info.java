/** TLS on ports of the server: the handshake, its deadline, and what became of it. */
@NullMarked
package dev.baliza.server.tls;

import org.jspecify.annotations.NullMarked;
