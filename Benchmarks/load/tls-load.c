// A load generator for TLS itself: full handshakes as fast as they go, or many idle connections.
//
//   tls-load handshakes ADDRESS PORT SNI SECONDS CONCURRENCY [CERTIFICATE KEY]
//   tls-load hold       ADDRESS PORT SNI COUNT PATH
//
// `handshakes` counts a handshake when the server's session ticket arrives: in TLS 1.3 the server
// sends it after it has judged the client's Finished, so that a client that is done before the
// server is (RFC 8446 §2) cannot count what the server has not done. No session is ever offered.
// It neither builds the server's certificate chain nor checks it, which leaves it cheaper than any
// server; the signature of the server's CertificateVerify is checked all the same.
//
// `hold` opens COUNT connections, sends one GET over each, prints `holding` and waits until its
// standard input ends.
//
// Which protocol version, cipher and group are offered is OPENSSL_CONF's business.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in address;
static const char *server_name;
static SSL_CTX *context;

static void fail(const char *what) {
    fprintf(stderr, "tls-load: %s: %s\n", what, errno ? strerror(errno) : "no reason given");
    ERR_print_errors_fp(stderr);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int accept_any_chain(X509_STORE_CTX *store, void *unused) {
    (void)store;
    (void)unused;
    return 1;
}

static int note_ticket(SSL *ssl, SSL_SESSION *session) {
    (void)session;
    *(int *)SSL_get_app_data(ssl) = 1;
    return 0;
}

static void make_context(const char *certificate, const char *key) {
    context = SSL_CTX_new(TLS_client_method());
    if (!context) fail("SSL_CTX_new");
    SSL_CTX_set_cert_verify_callback(context, accept_any_chain, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, note_ticket);
    errno = 0;
    if (certificate && (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
                        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)) {
        fail("the client's certificate or key");
    }
}

// MARK: - Handshakes

struct slot {
    int descriptor;
    int has_ticket;
    int is_established;
    SSL *ssl;
};

static int epoll;
static long handshakes, failures;

static void open_slot(struct slot *slot) {
    slot->has_ticket = slot->is_established = 0;
    slot->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (slot->descriptor < 0) fail("socket");
    int on = 1;
    setsockopt(slot->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(slot->descriptor, (struct sockaddr *)&address, sizeof address) < 0 &&
        errno != EINPROGRESS) {
        fail("connect");
    }
    slot->ssl = SSL_new(context);
    if (!slot->ssl) fail("SSL_new");
    SSL_set_app_data(slot->ssl, &slot->has_ticket);
    SSL_set_fd(slot->ssl, slot->descriptor);
    SSL_set_tlsext_host_name(slot->ssl, server_name);
    SSL_set_connect_state(slot->ssl);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = slot};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, slot->descriptor, &event) < 0) fail("epoll_ctl");
}

static void close_slot(struct slot *slot) {
    SSL_shutdown(slot->ssl);
    SSL_free(slot->ssl);
    close(slot->descriptor);
}

// Takes a connection as far as it goes; true when it is over, one way or the other.
static int advance(struct slot *slot) {
    char bytes[1024];
    ERR_clear_error();
    int result = slot->is_established ? 1 : SSL_do_handshake(slot->ssl);
    if (result == 1) {
        slot->is_established = 1;
        result = SSL_read(slot->ssl, bytes, sizeof bytes);
        if (slot->has_ticket) {
            handshakes++;
            return 1;
        }
    }
    int reason = SSL_get_error(slot->ssl, result);
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return 0;
    if (failures++ == 0) {
        fprintf(stderr, "tls-load: a handshake failed (SSL_get_error %d)\n", reason);
        ERR_print_errors_fp(stderr);
    }
    return 1;
}

static void run_handshakes(double seconds, int concurrency) {
    struct slot *slots = calloc((size_t)concurrency, sizeof *slots);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!slots || epoll < 0) fail("epoll_create1");
    for (int index = 0; index < concurrency; index++) open_slot(&slots[index]);
    double start = now(), end = start + seconds;
    struct epoll_event events[64];
    while (now() < end && failures < 1000) {
        int count = epoll_wait(epoll, events, 64, 100);
        for (int index = 0; index < count; index++) {
            struct slot *slot = events[index].data.ptr;
            if (advance(slot)) {
                close_slot(slot);
                open_slot(slot);
            }
        }
    }
    printf("{\"handshakes\":%ld,\"failures\":%ld,\"seconds\":%.6f}\n", handshakes, failures,
           now() - start);
}

// MARK: - Idle connections

static void hold(long count, const char *path) {
    char request[1024], bytes[16384];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n", path,
                          server_name, ntohs(address.sin_port));
    for (long index = 0; index < count; index++) {
        int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0) fail("socket");
        if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
        SSL *ssl = SSL_new(context);
        int ticket = 0;
        errno = 0;
        if (!ssl) fail("SSL_new");
        SSL_set_app_data(ssl, &ticket);
        SSL_set_fd(ssl, descriptor);
        SSL_set_tlsext_host_name(ssl, server_name);
        if (SSL_connect(ssl) != 1) fail("SSL_connect");
        // Small answers arrive in one record, and one read takes one record.
        if (SSL_write(ssl, request, length) != length) fail("SSL_write");
        if (SSL_read(ssl, bytes, sizeof bytes) <= 0) fail("SSL_read");
        if (memcmp(bytes, "HTTP/1.1 ", 9) != 0) fail("the answer");
        // The session and its keys are the server's to keep; this side needs the socket only.
        SSL_set_quiet_shutdown(ssl, 1);
        SSL_free(ssl);
    }
    printf("holding %ld\n", count);
    fflush(stdout);
    while (read(STDIN_FILENO, bytes, sizeof bytes) > 0) continue;
}

int main(int count, char **arguments) {
    if (count < 7) {
        fprintf(stderr, "usage: see the head of tls-load.c\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(arguments[3]));
    if (inet_pton(AF_INET, arguments[2], &address.sin_addr) != 1) fail("the address");
    server_name = arguments[4];
    if (strcmp(arguments[1], "hold") == 0) {
        make_context(NULL, NULL);
        hold(atol(arguments[5]), arguments[6]);
    } else if (strcmp(arguments[1], "handshakes") == 0) {
        make_context(count > 8 ? arguments[7] : NULL, count > 8 ? arguments[8] : NULL);
        run_handshakes(atof(arguments[5]), atoi(arguments[6]));
    } else {
        fprintf(stderr, "tls-load: there is no mode %s\n", arguments[1]);
        return 64;
    }
    return 0;
}
