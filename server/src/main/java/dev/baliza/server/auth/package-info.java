/** People and programs that read over HTTP: their names, roles and passwords, and who may go on. */
@NullMarked
package dev.baliza.server.auth;

import org.jspecify.annotations.NullMarked;
