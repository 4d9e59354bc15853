import java.io.FileInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What the JDK makes of faults. Prints a line for each: the rule's action, the version of TLS, the
 * exception and its message.
 *
 * <p>Arguments: FAULTS' URL, URL to ask, CA file, PKCS#12 file, password.
 */
public class Alerts {
    private static final String[] ALERTS = {
        "certificate_expired", "unknown_ca", "bad_certificate", "handshake_failure",
    };

    public static void main(String[] words) throws Exception {
        // A connection that is taken up again has no handshake that could fail.
        System.setProperty("http.keepAlive", "false");
        System.setProperty("sun.net.http.retryPost", "false");
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            for (String at : new String[] {"client_hello", "certificate"}) {
                for (String alert : ALERTS) {
                    rule(words[0], "{\"tls\":{\"alert\":\"" + alert + "\",\"at\":\"" + at + "\"}}");
                    System.out.println(at + " " + alert + " " + version + " " + ask(words, version));
                }
            }
            for (String action : new String[] {"{\"tls\":{\"reset\":true}}", "{\"reset\":true}"}) {
                rule(words[0], action);
                System.out.println(action + " " + version + " " + ask(words, version));
            }
        }
    }

    private static void rule(String url, String action) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder request =
            HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json");
        client.send(request.DELETE().build(), HttpResponse.BodyHandlers.discarding());
        String body = "{\"action\":" + action + "}";
        HttpResponse<String> answer = client.send(
            request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) throw new IOException(answer.body());
    }

    private static String ask(String[] words, String version) throws Exception {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(words[1]).openConnection();
        connection.setSSLSocketFactory(context(words, version).getSocketFactory());
        try {
            return "answered " + connection.getResponseCode();
        } catch (IOException error) {
            return error.getClass().getSimpleName() + " " + error.getMessage();
        }
    }

    private static SSLContext context(String[] words, String version) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (FileInputStream file = new FileInputStream(words[2])) {
            trusted.setCertificateEntry(
                "mock", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream(words[3])) {
            store.load(file, words[4].toCharArray());
        }
        KeyManagerFactory keys =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, words[4].toCharArray());
        SSLContext context = SSLContext.getInstance(version);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
