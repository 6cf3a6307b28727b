/** The sealed profile: keys, what is derived from them, and AES-GCM over frames. Spec: SPEC §10. */
@NullMarked
package dev.baliza.protocol.seal;

import org.jspecify.annotations.NullMarked;
