// A /v1/embeddings server that does nothing but answer: bodies are made once, one thread, epoll. What a client
// reaches against it is the client's own speed.
//
//   g++ -O2 -std=c++17 -o stub_server stub_server.cc && ./stub_server     prints its port
//
// The path says what to answer and when: /{dimensions}-{texts}-{delay in microseconds}/v1/embeddings. The body of
// the request says how: base64 when it holds "base64", floats otherwise, printed like SGLang prints them (the
// shortest text of the float32 value as a double).
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace {

using Nanoseconds = int64_t;

Nanoseconds now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

std::string base64(const std::vector<float>& vector) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto* bytes = reinterpret_cast<const unsigned char*>(vector.data());
  const size_t count = vector.size() * sizeof(float);
  std::string text;
  for (size_t i = 0; i < count; i += 3) {
    const size_t left = count - i;
    const unsigned word = bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    text += letters[word >> 18];
    text += letters[word >> 12 & 63];
    text += left > 1 ? letters[word >> 6 & 63] : '=';
    text += left > 2 ? letters[word & 63] : '=';
  }
  return text;
}

std::string numbers(const std::vector<float>& vector) {
  std::string text;
  char digits[64];
  for (float value : vector) {
    if (!text.empty()) text += ',';
    text.append(digits, std::to_chars(digits, digits + sizeof digits, static_cast<double>(value)).ptr);
  }
  return '[' + text + ']';
}

/** A whole answer, headers included, with random unit vectors. */
std::string makeAnswer(int dimensions, int texts, bool asBase64) {
  std::mt19937 random(20260);
  std::normal_distribution<double> normal;
  std::string data;
  std::vector<float> vector(dimensions);
  for (int index = 0; index < texts; index++) {
    double squares = 0;
    for (float& value : vector) {
      value = static_cast<float>(normal(random));
      squares += static_cast<double>(value) * value;
    }
    for (float& value : vector) value = static_cast<float>(value / std::sqrt(squares));
    const std::string embedding = asBase64 ? '"' + base64(vector) + '"' : numbers(vector);
    data += (index > 0 ? "," : "") + std::string("{\"object\":\"embedding\",\"embedding\":") + embedding +
            ",\"index\":" + std::to_string(index) + '}';
  }
  const std::string tokens = std::to_string(texts * 16);
  const std::string body = "{\"object\":\"list\",\"data\":[" + data + "],\"model\":\"stub\",\"usage\":{\"prompt_tokens\":" +
                           tokens + ",\"total_tokens\":" + tokens + "}}";
  return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

const std::string& answerFor(int dimensions, int texts, bool asBase64) {
  static std::map<std::tuple<int, int, bool>, std::string> answers;
  std::string& answer = answers[{dimensions, texts, asBase64}];
  if (answer.empty()) answer = makeAnswer(dimensions, texts, asBase64);
  return answer;
}

struct Connection {
  int fd = -1;
  uint64_t serial = 0;
  std::string received;
  const char* out = nullptr;
  size_t left = 0;
  bool busy = false;
  bool closesAfter = false;
  bool wantsOut = false;
};

struct Due {
  Nanoseconds at;
  uint64_t order;
  int fd;
  uint64_t serial;
  bool operator<(const Due& other) const { return at != other.at ? at > other.at : order > other.order; }
};

int poller;
std::unordered_map<int, Connection> connections;
std::priority_queue<Due> timetable;
uint64_t serials = 0;

void drop(Connection& connection) {
  const int fd = connection.fd;
  close(fd);
  connections.erase(fd);
}

void watchOut(Connection& connection, bool wanted) {
  if (connection.wantsOut == wanted) return;
  connection.wantsOut = wanted;
  epoll_event event{};
  event.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.fd = connection.fd;
  epoll_ctl(poller, EPOLL_CTL_MOD, connection.fd, &event);
}

bool takeRequest(Connection& connection);

/** Writes as much as the socket takes. False when the connection is gone. */
bool pump(Connection& connection) {
  while (connection.left > 0) {
    const ssize_t sent = send(connection.fd, connection.out, connection.left, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
      watchOut(connection, true);
      return true;
    }
    if (sent < 0) {
      drop(connection);
      return false;
    }
    connection.out += sent;
    connection.left -= sent;
  }
  watchOut(connection, false);
  if (!connection.busy) return true;
  connection.busy = false;
  if (connection.closesAfter) {
    drop(connection);
    return false;
  }
  return takeRequest(connection);
}

/** The value of a header in the block before `end`; empty when it is not there. Clients write names in any case. */
std::string header(const std::string& request, size_t end, const char* name) {
  const char* found = strcasestr(request.c_str(), name);
  if (found == nullptr || static_cast<size_t>(found - request.c_str()) >= end) return "";
  const char* value = found + strlen(name);
  while (*value == ' ') value++;
  return std::string(value, strcspn(value, "\r"));
}

/** Begins to answer a request when one is complete. False when the connection is gone. */
bool takeRequest(Connection& connection) {
  if (connection.busy) return true;
  std::string& request = connection.received;
  const size_t end = request.find("\r\n\r\n");
  if (end == std::string::npos) return true;
  const size_t length = end + 4 + strtoull(header(request, end, "\r\ncontent-length:").c_str(), nullptr, 10);
  if (request.size() < length) return true;
  int dimensions = 32;
  int texts = 1;
  long delayMicroseconds = 0;
  sscanf(request.c_str() + request.find('/'), "/%d-%d-%ld/", &dimensions, &texts, &delayMicroseconds);
  const bool asBase64 = request.find("\"base64\"", end) < length;
  connection.closesAfter = header(request, end, "\r\nconnection:") == "close";
  request.erase(0, length);
  const std::string& answer = answerFor(dimensions, texts, asBase64);
  connection.out = answer.data();
  connection.left = answer.size();
  connection.busy = true;
  if (delayMicroseconds == 0) return pump(connection);
  timetable.push({now() + delayMicroseconds * 1000, serials++, connection.fd, connection.serial});
  return true;
}

void acceptAll(int listener) {
  for (;;) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection& connection = connections[fd];
    connection = Connection{};
    connection.fd = fd;
    connection.serial = serials++;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

void serve(const epoll_event& event) {
  const auto found = connections.find(event.data.fd);
  if (found == connections.end()) return;
  Connection& connection = found->second;
  if (event.events & (EPOLLHUP | EPOLLERR)) return drop(connection);
  if (event.events & EPOLLIN) {
    static char buffer[1 << 18];
    const ssize_t length = recv(connection.fd, buffer, sizeof buffer, 0);
    if (length == 0 || (length < 0 && errno != EAGAIN)) return drop(connection);
    if (length > 0) connection.received.append(buffer, length);
    if (!takeRequest(connection)) return;
  }
  if ((event.events & EPOLLOUT) && connection.wantsOut) pump(connection);
}

void answerDue() {
  const Nanoseconds time = now();
  while (!timetable.empty() && timetable.top().at <= time) {
    const Due due = timetable.top();
    timetable.pop();
    const auto found = connections.find(due.fd);
    if (found != connections.end() && found->second.serial == due.serial) pump(found->second);
  }
}

int listenOnLoopback() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 4096) != 0) {
    perror("listen");
    exit(1);
  }
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

}  // namespace

int main() {
  signal(SIGPIPE, SIG_IGN);
  // Ends with the benchmark, however that ends.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_TIMERSLACK, 1);
  poller = epoll_create1(0);
  const int listener = listenOnLoopback();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener;
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  std::vector<epoll_event> events(512);
  for (;;) {
    timespec wait{};
    if (!timetable.empty()) {
      const Nanoseconds left = std::max<Nanoseconds>(0, timetable.top().at - now());
      wait.tv_sec = left / 1000000000;
      wait.tv_nsec = left % 1000000000;
    }
    const int count =
        epoll_pwait2(poller, events.data(), events.size(), timetable.empty() ? nullptr : &wait, nullptr);
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == listener) acceptAll(listener);
      else serve(events[i]);
    }
    answerDue();
  }
}
