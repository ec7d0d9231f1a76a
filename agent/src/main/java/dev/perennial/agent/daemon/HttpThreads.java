package dev.perennial.agent.daemon;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Two threads for the HTTP client, gone when idle: the agent makes one call at a time. */
public final class HttpThreads implements AutoCloseable {
    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 20;

    private final ThreadPoolExecutor pool;

    public HttpThreads() {
        pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "http");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    public Executor executor() {
        return pool;
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
