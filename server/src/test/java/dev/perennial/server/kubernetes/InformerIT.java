package dev.perennial.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.Relay;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An informer of the fabric8 client over many changes, made at two servers, while its own goes away and comes back. */
class InformerIT {
    private static final int CHANGES = Boolean.getBoolean("perennial.long") ? 10_000 : 1_000;
    private static final String SIGNER = "signers.example.org/outside";

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    /** What an informer has told, in the order in which it did. */
    private static final class Told implements ResourceEventHandler<CertificateSigningRequest> {
        private final Map<String, List<Long>> versions = new ConcurrentHashMap<>();
        private final Map<String, Integer> added = new ConcurrentHashMap<>();
        private final Map<String, Integer> deleted = new ConcurrentHashMap<>();

        @Override
        public void onAdd(CertificateSigningRequest object) {
            added.merge(object.getMetadata().getUid(), 1, Integer::sum);
            saw(object);
        }

        @Override
        public void onUpdate(CertificateSigningRequest before, CertificateSigningRequest object) {
            saw(object);
        }

        @Override
        public void onDelete(CertificateSigningRequest object, boolean unknown) {
            deleted.merge(object.getMetadata().getUid(), 1, Integer::sum);
        }

        private void saw(CertificateSigningRequest object) {
            versions.computeIfAbsent(object.getMetadata().getUid(), uid -> new ArrayList<>())
                    .add(Long.parseLong(object.getMetadata().getResourceVersion()));
        }
    }

    @Test
    void cache_afterManyChangesOverTwoServers_isTheList() {
        try (Relay relay = Relay.to(server.uri());
                KubernetesClient watching = KubernetesClients.of(server, relay.uri());
                KubernetesClient second =
                        KubernetesClients.of(server, server.second().uri())) {
            Told told = new Told();
            SharedIndexInformer<CertificateSigningRequest> informer =
                    watching.certificates().v1().certificateSigningRequests().inform(told);
            Random random = new Random(CHANGES);
            List<String> names = new ArrayList<>();
            for (int change = 0; change < CHANGES; change++) {
                if (change == CHANGES / 3) {
                    server.restart();
                    relay.turn(server.uri());
                }
                if (change == CHANGES * 2 / 3) {
                    relay.turn(server.second().uri());
                }
                change(random.nextBoolean() ? watching : second, names, random, change);
            }
            Map<String, String> there = versions(second.certificates()
                    .v1()
                    .certificateSigningRequests()
                    .list()
                    .getItems());
            Until.is(() -> versions(informer.getStore().list()).equals(there), "the cache is the list");

            told.versions.forEach(
                    (uid, versions) -> assertThat(versions).as(uid).isSorted().doesNotHaveDuplicates());
            assertThat(told.added.values()).containsOnly(1);
            assertThat(told.deleted.values()).containsOnly(1);
            assertThat(told.added.size() - told.deleted.size()).isEqualTo(there.size());
            informer.close();
        }
    }

    private static void change(KubernetesClient client, List<String> names, Random random, int change) {
        int act = names.isEmpty() ? 0 : random.nextInt(4);
        if (act == 0) {
            String name = "object-" + change;
            client.resource(KubernetesClients.request(name, SIGNER, TestCsrs.p256(name + ".test")))
                    .create();
            names.add(name);
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        var object = client.certificates().v1().certificateSigningRequests().withName(name);
        switch (act) {
            case 1 -> {
                object.delete();
                names.remove(name);
            }
            case 2 -> {
                CertificateSigningRequest seen = object.get();
                seen.getMetadata().getLabels().put("turn", Integer.toString(change));
                client.resource(seen).update();
            }
            default ->
                object.patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"turn\":\"" + change + "\"}}}");
        }
    }

    private static Map<String, String> versions(List<CertificateSigningRequest> objects) {
        Function<CertificateSigningRequest, String> name =
                object -> object.getMetadata().getName();
        return objects.stream()
                .collect(Collectors.toMap(name, object -> object.getMetadata().getResourceVersion()));
    }
}
