package io.winnow.store.object;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trusts the certificates in a file, and the certificates that they have signed. */
record Trust(SSLSocketFactory sockets, X509TrustManager manager) {

  /**
   * Reads the certificates.
   *
   * @param pem a file with at least one certificate
   * @throws InvalidInputException the file cannot be read, or has none
   */
  static Trust of(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, one);
      }
      if (number == 0) {
        throw unusable(pem, "it has no certificate", null);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return new Trust(context.getSocketFactory(), manager);
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(pem, e.toString(), e);
    }
  }

  private static InvalidInputException unusable(Path pem, String why, Exception cause) {
    return new InvalidInputException(
        "winnow.store.ca " + pem + " cannot be used: " + why,
        "give a file of PEM certificates",
        cause);
  }
}
