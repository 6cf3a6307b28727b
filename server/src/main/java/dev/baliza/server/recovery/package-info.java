/**
 * What makes the books outlive the process: the state is restored before the ports are open, written down while the server runs and
 * closed behind the last frame. The files themselves are the affair of {@link dev.baliza.server.store}.
 */
@NullMarked
package dev.baliza.server.recovery;

import org.jspecify.annotations.NullMarked;
