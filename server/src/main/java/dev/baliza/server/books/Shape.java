package dev.baliza.server.books;

/** How a family is exported: its type, and what tells its series apart besides device and channel. */
public enum Shape {
    GAUGE,
    /** A gauge per component of a vector, told apart by the label {@code axis}. */
    AXES,
    /** Its name has no {@code _total} yet. */
    COUNTER,
    /** One series per state, 1 for the state in force; the label of a state is named like the family. */
    STATES
}
