extension WorldKit {
    /// What a person reads who has unpacked the kit.
    var manual: String {
        """
        This folder fits a client out for the world "\(world)" of mock-digicert-one.
        The client is "\(credentials.userName)". Everything here is for tests, and worth nothing
        anywhere else.

          API                  \(addresses.api)
          asks for client
          certificates         \(addresses.clientauth)
          control plane        \(addresses.control)
          token (x-api-key)    \(token)

        ca.pem           the one certificate that clients must trust
        ca-bundle.pem    \(bundleLine)
        client.crt       the client certificate, PEM
        client.key       its key, PEM, without a password
        client.p12       both, PKCS#12; password: \(credentials.password)
        truststore.jks   what Java trusts; password: \(Self.trustStorePassword)
        .curlrc          leads the vendor's hosts to the mock
        env.sh           all of this as variables: . ./env.sh
        env.json         the same for programs

        curl      curl --cacert ca.pem -H 'x-api-key: \(token)' \
        \(addresses.api)/account/api/v1/user/me
                  curl --cacert ca.pem --cert client.crt --key client.key \
        \(addresses.clientauth)/account/api/v1/user/me
                  With CURL_HOME=this-folder and CURL_CA_BUNDLE=ca-bundle.pem, commands with the
                  vendor's own hosts run unchanged.
        Python    requests.get(url, verify="ca.pem", cert=("client.crt", "client.key"))
                  or REQUESTS_CA_BUNDLE=ca-bundle.pem
        Node      NODE_EXTRA_CA_CERTS=ca.pem; https.request({ pfx: fs.readFileSync("client.p12"),
                  passphrase })
        Java      -Djavax.net.ssl.trustStore=truststore.jks \
        -Djavax.net.ssl.trustStorePassword=\(Self.trustStorePassword)
                  -Djavax.net.ssl.keyStore=client.p12 -Djavax.net.ssl.keyStorePassword=…
        Go        SSL_CERT_FILE=ca-bundle.pem; tls.LoadX509KeyPair("client.crt", "client.key")
        git       GIT_SSL_CAINFO=ca-bundle.pem

        """
    }

    private var bundleLine: String {
        surroundings.systemRoots == nil
            ? "the same (the server's machine has no roots of its own to add)"
            : "the roots of the server's machine and ours, for tools that trust one file"
    }
}
