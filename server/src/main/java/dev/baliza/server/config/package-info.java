/** Configuration: flags over environment over file over defaults, checked once, into records. */
@NullMarked
package dev.baliza.server.config;

import org.jspecify.annotations.NullMarked;
