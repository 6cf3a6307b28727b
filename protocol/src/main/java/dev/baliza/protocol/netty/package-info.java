/** Frames in Netty pipelines: one thin decoder per transport, over the same codec. */
@NullMarked
package dev.baliza.protocol.netty;

import org.jspecify.annotations.NullMarked;
