package dev.baliza.cli.doctor;

/**
 * What one check found.
 *
 * @param check its name, the same in every version
 * @param what one line
 * @param fix the line that mends it; empty when there is nothing to mend
 */
public record Finding(Level level, String check, String what, String fix) {
    /** How bad it is. */
    public enum Level {
        OK,
        /** It works, but not as well as it could, or nobody can tell. */
        WARN,
        /** It does not work. */
        FAIL
    }

    static Finding ok(String check, String what) {
        return new Finding(Level.OK, check, what, "");
    }

    static Finding warn(String check, String what, String fix) {
        return new Finding(Level.WARN, check, what, fix);
    }

    static Finding fail(String check, String what, String fix) {
        return new Finding(Level.FAIL, check, what, fix);
    }
}
