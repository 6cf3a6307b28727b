/** Commands about what a server has stored: proves its books, takes readings out, and sends frames on to another server. */
@NullMarked
package dev.baliza.cli.store;

import org.jspecify.annotations.NullMarked;
