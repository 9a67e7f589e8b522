"""An aiohttp client that keeps requests in flight, in one of two shapes.

    aiohttp_client.py sglang|shared URL CONCURRENCY WARM_UP_SECONDS SECONDS BODY

`sglang` is `async_request_openai_embeddings` of sglang.benchmark.serving: a new ClientSession for every request,
`await response.json()`, then the end of the clock. `shared` is the same with one session for all. Prints requests,
seconds and CPU time of the window.
"""

import asyncio
import json
import resource
import sys
import time

import aiohttp

shape, url, concurrency, warm_up, seconds, body = sys.argv[1:7]
payload = json.loads(body)
answered = 0
running = True


def session(**options):
    timeout = aiohttp.ClientTimeout(total=6 * 60 * 60)
    return aiohttp.ClientSession(timeout=timeout, read_bufsize=10 * 1024**2, **options)


async def request(its):
    async with its.post(url=url, json=payload, headers={}) as response:
        assert response.status == 200, response.status
        answer = await response.json()
        assert len(answer["data"]) == len(payload["input"])


async def loop(shared):
    global answered
    while running:
        if shape == "sglang":
            async with session() as its:
                await request(its)
        else:
            await request(shared)
        answered += 1


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main():
    global running
    shared = session(connector=aiohttp.TCPConnector(limit=0))
    loops = [asyncio.create_task(loop(shared)) for _ in range(int(concurrency))]
    await asyncio.sleep(float(warm_up))
    began, cpu, before = time.perf_counter(), cpu_seconds(), answered
    await asyncio.sleep(float(seconds))
    took = time.perf_counter() - began
    print(json.dumps({"requests": answered - before, "seconds": took, "cpuMs": (cpu_seconds() - cpu) * 1e3}))
    running = False
    await asyncio.gather(*loops)
    await shared.close()


asyncio.run(main())
