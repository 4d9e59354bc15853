import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;

/**
 * One request with what the JDK has. Prints a line "STATUS HTTP TLS", then the body.
 *
 * <p>Arguments: client=HttpClient|HttpsURLConnection url= ca= [method=] [key=] [body=FILE] [p12=
 * password=] [tls=1.2|1.3] [http=1.1|2]. Names are led to an address with -Djdk.net.hosts.file.
 */
public class Request {
    private static final Map<String, String> wanted = new HashMap<>();

    public static void main(String[] words) throws Exception {
        for (String word : words) {
            int at = word.indexOf('=');
            wanted.put(word.substring(0, at), word.substring(at + 1));
        }
        if ("HttpsURLConnection".equals(wanted.get("client"))) {
            sendWithConnection();
        } else {
            sendWithClient();
        }
    }

    private static void sendWithClient() throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder().sslContext(context());
        if (wanted.containsKey("http")) {
            builder.version(
                wanted.get("http").equals("2")
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1);
        }
        if (wanted.containsKey("tls")) {
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(new String[] {"TLSv" + wanted.get("tls")});
            builder.sslParameters(parameters);
        }
        HttpRequest.Builder request =
            HttpRequest.newBuilder(URI.create(wanted.get("url")))
                .header("Content-Type", "application/json");
        if (wanted.containsKey("key")) {
            request.header("x-api-key", wanted.get("key"));
        }
        request.method(
            wanted.getOrDefault("method", "GET"),
            wanted.containsKey("body")
                ? HttpRequest.BodyPublishers.ofFile(Path.of(wanted.get("body")))
                : HttpRequest.BodyPublishers.noBody());
        HttpResponse<String> response =
            builder.build().send(request.build(), HttpResponse.BodyHandlers.ofString());
        String version =
            response.version() == HttpClient.Version.HTTP_2 ? "HTTP/2" : "HTTP/1.1";
        String tls = response.sslSession().map(SSLSession::getProtocol).orElse("none");
        System.out.println(response.statusCode() + " " + version + " " + tls);
        System.out.println(response.body());
    }

    private static void sendWithConnection() throws Exception {
        if (wanted.containsKey("tls")) {
            System.setProperty("https.protocols", "TLSv" + wanted.get("tls"));
        }
        HttpsURLConnection connection =
            (HttpsURLConnection) new URL(wanted.get("url")).openConnection();
        connection.setSSLSocketFactory(context().getSocketFactory());
        connection.setRequestMethod(wanted.getOrDefault("method", "GET"));
        connection.setRequestProperty("Content-Type", "application/json");
        if (wanted.containsKey("key")) {
            connection.setRequestProperty("x-api-key", wanted.get("key"));
        }
        if (wanted.containsKey("body")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(Files.readAllBytes(Path.of(wanted.get("body"))));
        }
        int status = connection.getResponseCode();
        String tls = connection.getSSLSession().map(SSLSession::getProtocol).orElse("none");
        InputStream stream =
            status < 400 ? connection.getInputStream() : connection.getErrorStream();
        System.out.println(status + " HTTP/1.1 " + tls);
        System.out.println(stream == null ? "" : new String(stream.readAllBytes(), "UTF-8"));
    }

    /** Trusts the one authority given, and has the key of the PKCS#12 file when there is one. */
    private static SSLContext context() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream file = new FileInputStream(wanted.get("ca"))) {
            trusted.setCertificateEntry(
                "mock", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);

        KeyManager[] keys = null;
        if (wanted.containsKey("p12")) {
            char[] password = wanted.get("password").toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream file = new FileInputStream(wanted.get("p12"))) {
                store.load(file, password);
            }
            KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }
}
