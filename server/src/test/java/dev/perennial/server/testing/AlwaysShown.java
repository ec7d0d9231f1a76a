package dev.perennial.server.testing;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Shows its one certificate to every server that asks, expired or unfit as it may be: the server is to judge. */
final class AlwaysShown extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager keys;
    private final String alias;

    AlwaysShown(KeyManager[] managers) {
        keys = (X509ExtendedKeyManager) Arrays.stream(managers)
                .filter(X509ExtendedKeyManager.class::isInstance)
                .findFirst()
                .orElseThrow();
        alias = keys.getClientAliases("EC", null)[0];
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[] {alias};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return alias;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return alias;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("a client's");
    }

    @Override
    public X509Certificate[] getCertificateChain(String wanted) {
        return keys.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String wanted) {
        return keys.getPrivateKey(alias);
    }
}
