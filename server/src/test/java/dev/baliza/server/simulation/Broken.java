package dev.baliza.server.simulation;

/** An invariant does not hold. */
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String law;

    Broken(String law, String detail) {
        super(law + ": " + detail);
        this.law = law;
    }

    /** Its short name, as "I5". */
    String law() {
        return law;
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no library of ours
    static void unless(boolean holds, String law, String detail, Object... arguments) {
        if (!holds) {
            throw new Broken(law, detail.formatted(arguments));
        }
    }
}
