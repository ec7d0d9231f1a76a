/**
 * The measurements of docs/performance.md, run by {@code scripts/bench} against the real server in a process of its own.
 * Rule: the clock starts when everything is prepared, and what a figure cost is told by process.
 */
package dev.perennial.server.bench;
