// The least that a client can do: keeps requests in flight over plain sockets, stamps when each was sent and when
// its last byte was there, and throws the bodies away. Prints the median of last byte − sent.
//
//   g++ -O2 -std=c++17 -o raw_client raw_client.cc
//   ./raw_client PORT PATH CONCURRENCY WARM_UP_SECONDS SECONDS BODY
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

double nowMs() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

[[noreturn]] void fail(const char* what) {
  perror(what);
  exit(1);
}

struct Connection {
  int fd;
  double sentMs = 0;
  /** Header block as far as it came; the body is counted only. */
  std::string head;
  bool inBody = false;
  size_t missing = 0;
};

int dial(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

void sendRequest(Connection& connection, const std::string& request) {
  connection.head.clear();
  connection.inBody = false;
  connection.sentMs = nowMs();
  for (size_t at = 0; at < request.size();) {
    const ssize_t sent = send(connection.fd, request.data() + at, request.size() - at, MSG_NOSIGNAL);
    if (sent > 0) at += sent;
    else if (errno != EAGAIN) fail("send");
  }
}

/** Takes what has arrived; true when the answer is complete. */
bool receive(Connection& connection) {
  static char buffer[1 << 20];
  const ssize_t length = recv(connection.fd, buffer, sizeof buffer, 0);
  if (length < 0 && errno == EAGAIN) return false;
  if (length <= 0) fail("recv");
  if (connection.inBody) {
    connection.missing -= length;
    return connection.missing == 0;
  }
  connection.head.append(buffer, length);
  const size_t end = connection.head.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const char* announced = strcasestr(connection.head.c_str(), "content-length:");
  if (announced == nullptr) fail("no content-length");
  connection.inBody = true;
  connection.missing = strtoull(announced + 15, nullptr, 10) - (connection.head.size() - end - 4);
  return connection.missing == 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 7) return fprintf(stderr, "usage: see the first lines of raw_client.cc\n"), 2;
  const int port = atoi(words[1]);
  const int concurrency = atoi(words[3]);
  const std::string body = words[6];
  const std::string request = "POST " + std::string(words[2]) +
                              " HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
  const int poller = epoll_create1(0);
  std::vector<Connection> connections(concurrency);
  for (Connection& connection : connections) {
    connection.fd = dial(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    epoll_ctl(poller, EPOLL_CTL_ADD, connection.fd, &event);
  }
  const double openMs = nowMs() + atof(words[4]) * 1e3;
  const double closeMs = openMs + atof(words[5]) * 1e3;
  for (Connection& connection : connections) sendRequest(connection, request);
  std::vector<double> latencies;
  std::vector<epoll_event> events(256);
  while (nowMs() < closeMs) {
    const int ready = epoll_wait(poller, events.data(), events.size(), 100);
    for (int i = 0; i < ready; i++) {
      auto& connection = *static_cast<Connection*>(events[i].data.ptr);
      if (!receive(connection)) continue;
      const double endedMs = nowMs();
      if (connection.sentMs >= openMs && endedMs < closeMs) latencies.push_back(endedMs - connection.sentMs);
      sendRequest(connection, request);
    }
  }
  if (latencies.empty()) return fprintf(stderr, "no answer in the window\n"), 1;
  std::sort(latencies.begin(), latencies.end());
  const double p50 = latencies[(latencies.size() - 1) / 2];
  const double p99 = latencies[static_cast<size_t>(0.99 * (latencies.size() - 1))];
  printf("{\"requests\":%zu,\"p50Ms\":%.4f,\"p99Ms\":%.4f}\n", latencies.size(), p50, p99);
}
