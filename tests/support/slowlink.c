/* Forwards Ethernet frames between two interfaces as a line with a rate, a delay, a loss and a bounded queue would.

   slowlink LEFT RIGHT BYTES_PER_SECOND DELAY_US LOSS_PER_MILLION QUEUE_BYTES

   The kernels of small machines have no netem. Frames keep their offload header, so that nothing has to be switched off on the
   interfaces. Ends with its standard input. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX (65536 + 64 + sizeof(struct virtio_net_hdr))
#define SECOND 1000000000ull

struct frame {
    struct frame *next;
    uint64_t due;
    size_t length;
    unsigned char bytes[];
};

struct direction {
    int in, out;
    uint64_t free; /* when the line has sent what it holds */
    size_t queued;
    struct frame *first, **last;
};

static uint64_t rate, delay, loss, queue;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int open_interface(const char *name) {
    int one = 1, size = 4 << 20;
    int socket_ = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
    if (socket_ < 0) fail("socket");
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(name)};
    if (!address.sll_ifindex) fail(name);
    if (setsockopt(socket_, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)) fail("PACKET_IGNORE_OUTGOING");
    if (setsockopt(socket_, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one)) fail("PACKET_VNET_HDR");
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    if (bind(socket_, (struct sockaddr *)&address, sizeof address)) fail("bind");
    return socket_;
}

static void take(struct direction *way) {
    static unsigned char buffer[FRAME_MAX];
    ssize_t length;
    while ((length = recv(way->in, buffer, sizeof buffer, 0)) > 0) {
        size_t size = (size_t)length - sizeof(struct virtio_net_hdr);
        if (loss && (uint64_t)(random() % 1000000) < loss) continue;
        if (way->queued + size > queue) continue;
        struct frame *frame = malloc(sizeof *frame + (size_t)length);
        if (!frame) fail("malloc");
        uint64_t time = now();
        if (way->free < time) way->free = time;
        way->free += size * SECOND / rate;
        *frame = (struct frame){.due = way->free + delay, .length = (size_t)length};
        memcpy(frame->bytes, buffer, (size_t)length);
        way->queued += size;
        *way->last = frame;
        way->last = &frame->next;
    }
}

/* Sends what is due. The queue is what has not left the line's beginning; what is on its way is none of its business. */
static void give(struct direction *way, uint64_t time) {
    while (way->first && way->first->due <= time) {
        struct frame *frame = way->first;
        send(way->out, frame->bytes, frame->length, 0);
        way->first = frame->next;
        if (!way->first) way->last = &way->first;
        way->queued -= frame->length - sizeof(struct virtio_net_hdr);
        free(frame);
    }
}

int main(int count, char **words) {
    if (count != 7) return 2;
    int left = open_interface(words[1]), right = open_interface(words[2]);
    rate = strtoull(words[3], NULL, 10);
    delay = strtoull(words[4], NULL, 10) * 1000;
    loss = strtoull(words[5], NULL, 10);
    /* What is on its way counts as queued here, so there is room for it as well. */
    queue = strtoull(words[6], NULL, 10) + rate * delay / SECOND;
    struct direction ways[2] = {{.in = left, .out = right}, {.in = right, .out = left}};
    for (int i = 0; i < 2; i++) ways[i].last = &ways[i].first;
    struct pollfd polled[3] = {
        {.fd = left, .events = POLLIN}, {.fd = right, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    puts("ready");
    fflush(stdout);
    for (;;) {
        uint64_t time = now(), next = time + SECOND;
        for (int i = 0; i < 2; i++) {
            give(&ways[i], time);
            if (ways[i].first && ways[i].first->due < next) next = ways[i].first->due;
        }
        struct timespec pause = {.tv_sec = (next - time) / SECOND, .tv_nsec = (next - time) % SECOND};
        if (ppoll(polled, 3, &pause, NULL) < 0 && errno != EINTR) fail("ppoll");
        if (polled[2].revents) return 0;
        for (int i = 0; i < 2; i++)
            if (polled[i].revents) take(&ways[i]);
    }
}
