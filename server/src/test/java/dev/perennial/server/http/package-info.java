/** Tests of HTTP over loopback: real listeners, real TLS, raw sockets. */
package dev.perennial.server.http;
