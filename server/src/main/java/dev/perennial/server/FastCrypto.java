package dev.perennial.server;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.SelfTestStatus;

/** The provider that signs and verifies some forty times as fast as the JDK's own, for TLS too. */
final class FastCrypto {
    private FastCrypto() {}

    /** Makes it the first provider; false where its library does not load on this machine. */
    static boolean install() {
        try {
            AmazonCorrettoCryptoProvider.install();
            return AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null
                    && AmazonCorrettoCryptoProvider.INSTANCE.runSelfTests() == SelfTestStatus.PASSED;
        } catch (LinkageError | RuntimeException e) {
            return false;
        }
    }
}
