package dev.baliza.protocol.seal;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Frame;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals frames and opens sealed ones with AES-128-GCM. Reuses its cipher and its buffer; confined to one thread. Spec: SPEC §10.2.
 *
 * <p>A sealed frame is opened into a frame of the open profile, without its checksum: what reads frames needs not know.
 */
public final class FrameSealer {
    public static final int TAG_BYTES = 16;
    /** Shortest sealed frame. */
    public static final int MIN_SEALED_BYTES = Limits.HEADER_BYTES + TAG_BYTES;

    /** A sealed frame is longer than the open one by at most so much. */
    public static final int MAX_OVERHEAD_BYTES = TAG_BYTES - Limits.CHECKSUM_BYTES + Limits.NONCE_BYTES;

    private static final int TAG_BITS = TAG_BYTES * 8;
    private static final int IV_BYTES = 12;

    private final Cipher cipher;
    private final byte[] iv = new byte[IV_BYTES];
    private final ByteBuffer opened = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
    private final Frame view = new Frame();

    public FrameSealer() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** Bytes of clear nonce behind the header: HELLO and WELCOME carry what their own key is derived from. */
    public static int clearBytes(int typeCode) {
        return typeCode == MessageType.HELLO.code() || typeCode == MessageType.WELCOME.code() ? Limits.NONCE_BYTES : 0;
    }

    /** The clear nonce of a sealed HELLO or WELCOME; null when the frame is too short for it. */
    public static @Nullable BootNonce clearNonce(ByteBuffer bytes, int start, int length) {
        return length < MIN_SEALED_BYTES + Limits.NONCE_BYTES
                ? null
                : new BootNonce(
                        bytes.getLong(start + Limits.HEADER_BYTES),
                        bytes.getLong(start + Limits.HEADER_BYTES + Long.BYTES));
    }

    /**
     * Seals an open frame.
     *
     * @param open a whole frame of the open profile, from 0 to its limit; its checksum is not used
     * @param keyId goes into the header
     * @param clear for HELLO and WELCOME, else null
     * @param out takes the sealed frame at its position: up to 28 bytes more than the open one
     * @throws IllegalArgumentException when the frame would be longer than 65,535 bytes
     */
    public void seal(ByteBuffer open, SecretKey key, int keyId, @Nullable BootNonce clear, ByteBuffer out) {
        int body = open.limit() - Limits.MIN_FRAME_BYTES;
        int typeCode = open.get(Frame.TYPE_OFFSET) & 0xFF;
        int clearBytes = clearBytes(typeCode);
        if ((clear != null) != (clearBytes > 0)) {
            throw new IllegalArgumentException("HELLO and WELCOME carry a clear nonce, other types do not");
        }
        int length = Limits.HEADER_BYTES + clearBytes + body + TAG_BYTES;
        if (length > Limits.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a frame of " + length + " bytes is over 65,535");
        }
        int start = out.position();
        out.put(start, open, 0, Limits.HEADER_BYTES);
        int flags = open.getShort(Frame.FLAGS_OFFSET) | Frame.SEALED;
        out.putShort(start + Frame.FLAGS_OFFSET, (short) flags);
        out.putShort(start + Frame.LENGTH_OFFSET, (short) length);
        out.put(start + Frame.KEY_ID_OFFSET, (byte) keyId);
        out.position(start + Limits.HEADER_BYTES);
        if (clear != null) {
            out.putLong(clear.high()).putLong(clear.low());
        }
        try {
            begin(Cipher.ENCRYPT_MODE, key, out.getInt(start + Frame.PN_OFFSET));
            cipher.updateAAD(out.slice(start, Limits.HEADER_BYTES + clearBytes));
            cipher.doFinal(open.slice(Limits.HEADER_BYTES, body), out);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM cannot seal", e);
        }
    }

    /**
     * Opens a sealed frame.
     *
     * @param start of a delimited frame with flag SEALED
     * @return the frame inside, valid until the next call; null when it is too short or its tag does not match
     */
    public @Nullable Frame open(ByteBuffer bytes, int start, int length, SecretKey key) {
        int clearBytes = clearBytes(bytes.get(start + Frame.TYPE_OFFSET) & 0xFF);
        int body = length - MIN_SEALED_BYTES - clearBytes;
        if (body < 0) {
            return null;
        }
        opened.clear();
        opened.put(0, bytes, start, Limits.HEADER_BYTES).position(Limits.HEADER_BYTES);
        try {
            begin(Cipher.DECRYPT_MODE, key, bytes.getInt(start + Frame.PN_OFFSET));
            cipher.updateAAD(bytes.slice(start, Limits.HEADER_BYTES + clearBytes));
            cipher.doFinal(bytes.slice(start + Limits.HEADER_BYTES + clearBytes, body + TAG_BYTES), opened);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM cannot open", e);
        }
        int flags = opened.getShort(Frame.FLAGS_OFFSET) & ~Frame.SEALED;
        opened.putShort(Frame.FLAGS_OFFSET, (short) flags).put(Frame.KEY_ID_OFFSET, (byte) 0);
        int openLength = Limits.HEADER_BYTES + body + Limits.CHECKSUM_BYTES;
        opened.putShort(Frame.LENGTH_OFFSET, (short) openLength);
        return view.wrap(opened, 0, openLength);
    }

    /** The nonce is the packet number behind eight zero bytes; the key belongs to one direction and one life. */
    private void begin(int mode, SecretKey key, int pn) throws GeneralSecurityException {
        iv[8] = (byte) (pn >> 24);
        iv[9] = (byte) (pn >> 16);
        iv[10] = (byte) (pn >> 8);
        iv[11] = (byte) pn;
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
    }
}
