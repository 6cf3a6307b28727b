package dev.baliza.server.files;

import java.util.HashMap;
import java.util.Map;

/** Who uses how much room: finished files and parts at their full size. Confined to one thread. */
final class Quota {
    /** What one device has. */
    private record Used(long bytes, int files) {}

    private static final Used NOTHING = new Used(0, 0);

    private final FileLimits limits;
    private final Map<Long, Used> byDevice = new HashMap<>();
    private long bytes;
    private int files;

    Quota(FileLimits limits) {
        this.limits = limits;
    }

    /** Whether the device's own part has room for so much more. */
    boolean deviceHasRoom(long device, long more) {
        return byDevice.getOrDefault(device, NOTHING).bytes <= limits.deviceQuotaBytes() - more;
    }

    /** Whether the server has room for so much more. */
    boolean serverHasRoom(long more) {
        return bytes <= limits.quotaBytes() - more && files < FileLimits.FILES;
    }

    void take(long device, long size) {
        Used used = byDevice.getOrDefault(device, NOTHING);
        byDevice.put(device, new Used(used.bytes + size, used.files + 1));
        bytes += size;
        files++;
    }

    void give(long device, long size) {
        Used used = byDevice.getOrDefault(device, NOTHING);
        if (used.files <= 1) {
            byDevice.remove(device);
        } else {
            byDevice.put(device, new Used(used.bytes - size, used.files - 1));
        }
        bytes -= size;
        files--;
    }

    long bytes() {
        return bytes;
    }
}
