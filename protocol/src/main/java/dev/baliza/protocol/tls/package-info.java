/** Certificates and private keys for the TLS connections that may carry frames: read from PEM files, checked, TLS 1.3 only. */
@NullMarked
package dev.baliza.protocol.tls;

import org.jspecify.annotations.NullMarked;
