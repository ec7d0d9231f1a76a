package dev.perennial.server.testing;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The fabric8 client, as controllers use it. */
public final class KubernetesClients {
    private KubernetesClients() {}

    /** Of an administrator of the first organisation. */
    public static KubernetesClient of(TestServer server, URI uri) {
        return of(server, uri, tokenOf(server, server.account(List.of("administrator"), "**")));
    }

    public static KubernetesClient of(TestServer server, URI uri, String token) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl(uri.toString())
                        .withOauthToken(token)
                        .withCaCertData(base64(server.first().roots()))
                        .build())
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    public static String tokenOf(TestServer server, MadeAccount account) {
        return server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", account.id())))
                .expect(201)
                .text("/status/token");
    }

    public static CertificateSigningRequest request(String name, String signer, String pem) {
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("made", "here")
                .endMetadata()
                .withNewSpec()
                .withRequest(base64(pem))
                .withSignerName(signer)
                .withUsages("digital signature", "server auth")
                .endSpec()
                .build();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
