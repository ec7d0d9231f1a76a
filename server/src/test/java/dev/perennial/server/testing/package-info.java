/** What the server's tests stand on: real parts, started once a JVM. */
package dev.perennial.server.testing;
