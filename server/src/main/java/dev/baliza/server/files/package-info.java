/** Files of devices: taken in, kept under their SHA-256, and sent out; on a thread of its own. Spec: SPEC §14. */
@NullMarked
package dev.baliza.server.files;

import org.jspecify.annotations.NullMarked;
