/** The server as its operators meet it: a process with files, signals, exit codes, and a database that may go away. */
package dev.perennial.server.process;
