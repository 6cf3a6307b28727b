/** The server's HTTP side: scrape, health, JSON of the books, and the live page. */
@NullMarked
package dev.baliza.server.http;

import org.jspecify.annotations.NullMarked;
