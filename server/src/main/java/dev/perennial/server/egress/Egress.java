package dev.perennial.server.egress;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches, and nothing else: by https from an address that {@link AddressGuard} permits. A host's name is resolved
 * once, and the connection goes to the very address that was judged, so that a name cannot point elsewhere in between;
 * the certificate has to be for the name all the same. A redirect is a new call and is judged as one. Time and length
 * are bounded. Thread-safe.
 */
public final class Egress {
    private static final int CONNECT_MILLIS = 5_000;
    private static final Duration TOTAL = Duration.ofSeconds(10);
    private static final int MOST_REDIRECTS = 3;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Pattern MAX_AGE = Pattern.compile("(?i)(?:^|[,\\s])max-age\\s*=\\s*\"?([0-9]{1,9})");

    private final Vertx vertx;
    private final AddressGuard guard;
    private final Function<String, InetAddress[]> resolver;
    private final Duration total;
    private final HttpClient client;

    /** @param allowed ranges that may be called though they are not public */
    public Egress(Vertx vertx, List<AddressRange> allowed) {
        this(vertx, new AddressGuard(allowed), Egress::addresses, TOTAL, null);
    }

    /** With another way to resolve names, which may block; it throws {@link EgressException} where there is none. */
    Egress(
            Vertx vertx,
            AddressGuard guard,
            Function<String, InetAddress[]> resolver,
            Duration total,
            @Nullable String roots) {
        this.vertx = vertx;
        this.guard = guard;
        this.resolver = resolver;
        this.total = total;
        // One client a set of roots, the name always verified: nothing is left to a cache of TLS contexts. A connection
        // serves one call, so none is found again by another name.
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAlive(false)
                .setVerifyHost(true)
                .setMaxHeaderSize(16 * 1024)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
        if (roots != null) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(roots)));
        }
        this.client = vertx.createHttpClient(options);
    }

    /** The same guard for calls that trust these roots (PEM) alone, instead of those of the platform. */
    public Egress trusting(String roots) {
        return new Egress(vertx, guard, resolver, total, roots);
    }

    /** @return fails with {@link EgressException} */
    public Future<Fetched> get(URI uri, int longest) {
        Call call = new Call(longest);
        return Future.succeededFuture()
                .compose(begun -> follow(call, uri, 0))
                .timeout(total.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> call.end())
                .recover(failure -> Future.failedFuture(told(failure)));
    }

    /** What is under way, so that it can be cut off from outside: by the deadline. */
    private static final class Call {
        private final int longest;
        private @Nullable HttpClientRequest current;
        private boolean ended;

        private Call(int longest) {
            this.longest = longest;
        }

        private synchronized HttpClientRequest begin(HttpClientRequest http) {
            current = http;
            if (ended) {
                end();
            }
            return http;
        }

        private synchronized void end() {
            ended = true;
            if (current != null) {
                var unused = current.reset();
            }
        }
    }

    private Future<Fetched> follow(Call call, URI uri, int redirects) {
        String host = hostOf(uri);
        return vertx.executeBlocking(() -> judged(uri, resolver.apply(host)), false)
                .compose(address -> send(call, uri, host, address))
                .compose(response -> {
                    if (response.statusCode() == 200) {
                        return body(call, response);
                    }
                    String location = response.getHeader(HttpHeaders.LOCATION);
                    // What else it says is not read; that it was cut off is no news.
                    response.exceptionHandler(cut -> {});
                    var unused = response.request().reset();
                    if (!REDIRECTS.contains(response.statusCode()) || location == null) {
                        throw new EgressException(uri.getHost() + " answered " + response.statusCode());
                    }
                    if (redirects == MOST_REDIRECTS) {
                        throw new EgressException(
                                uri.getHost() + " redirects once more after " + MOST_REDIRECTS + " redirects");
                    }
                    return follow(call, redirected(uri, location), redirects + 1);
                });
    }

    private static String hostOf(URI uri) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        if ((!http && !"https".equalsIgnoreCase(uri.getScheme()))
                || host == null
                || uri.getRawUserInfo() != null
                || uri.getPort() == 0
                || uri.getPort() > 65_535) {
            throw new EgressException("only an https URL with a host, and without a user, is called");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static URI redirected(URI from, String location) {
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new EgressException(from.getHost() + " redirects to what is no URL");
        }
        if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(target.getScheme())) {
            throw new EgressException(from.getHost() + " redirects away from https");
        }
        return target;
    }

    /** The first of the addresses that may be called; in plain http only one of this machine that the operator named. */
    private InetAddress judged(URI uri, InetAddress[] addresses) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        return Stream.of(addresses)
                .filter(guard::permits)
                .filter(address -> !http || address.isLoopbackAddress() && guard.isAllowed(address))
                .findFirst()
                .orElseThrow(() -> new EgressException(uri.getHost()
                        + (http
                                ? " may not be called by http: only https is, or a loopback address in egress.allow"
                                : " has no address that may be called: public ones may, and those in egress.allow")));
    }

    private Future<HttpClientResponse> send(Call call, URI uri, String host, InetAddress address) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80;
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(host)
                .setPort(port)
                .setSsl(secure)
                .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
                // Told here, since an IPv6 address has brackets in it that the connection does not want (RFC 3986
                // §3.2.2).
                .putHeader(HttpHeaders.HOST, uri.getHost() + ":" + port)
                .putHeader(HttpHeaders.ACCEPT, "application/json")
                .putHeader(HttpHeaders.USER_AGENT, "perennial");
        return client.request(options).map(call::begin).compose(HttpClientRequest::send);
    }

    private static Future<Fetched> body(Call call, HttpClientResponse response) {
        Promise<Fetched> done = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(done::tryFail);
        response.endHandler(
                end -> done.tryComplete(new Fetched(body.getBytes(), maxAge(response.getHeader("cache-control")))));
        response.handler(part -> {
            if (body.length() + part.length() > call.longest) {
                done.tryFail(new EgressException("the answer is longer than " + call.longest + " bytes"));
                call.end();
            } else {
                body.appendBuffer(part);
            }
        });
        return done.future();
    }

    private static Optional<Duration> maxAge(@Nullable String cacheControl) {
        if (cacheControl == null) {
            return Optional.empty();
        }
        Matcher matcher = MAX_AGE.matcher(cacheControl);
        return matcher.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1)))) : Optional.empty();
    }

    private static InetAddress[] addresses(String host) {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new EgressException("the name " + host + " has no address");
        }
    }

    /** The texts of libraries may quote what the other side sent, so none is passed on. */
    private static EgressException told(Throwable failure) {
        if (failure instanceof EgressException known) {
            return known;
        }
        if (failure instanceof SSLException) {
            return new EgressException("TLS failed: the certificate is not trusted, or is not for this name");
        }
        if (failure instanceof TimeoutException) {
            return new EgressException("there was no whole answer in the time that it has");
        }
        if (failure instanceof ConnectException) {
            return new EgressException("there is no connection: refused, or nobody there");
        }
        return new EgressException(
                "the connection failed: " + failure.getClass().getSimpleName());
    }
}
