// What a Node program does with the service: records of a seed, a refusal read, a stream, a job followed.
//   npm ci && npm run stubs && node main.js localhost:9091

import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { BadRequestSchema, ErrorInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import { JobService, JobState } from "./gen/testdata_agent/v1/jobs_pb.js";
import { TestDataService } from "./gen/testdata_agent/v1/testdata_pb.js";

const target = process.argv[2] ?? "localhost:9091";
// Where the gateway asks for a key: `headers.set("authorization", ...)` in an interceptor; https:// where it has TLS.
const transport = createGrpcTransport({ baseUrl: `http://${target}` });
const testData = createClient(TestDataService, transport);
const jobs = createClient(JobService, transport);

async function generate() {
  const answer = await testData.generateData({ entity: "cart", count: 3, seed: 7n });
  const carts = JSON.parse(answer.data);
  const { generationPath, seed } = answer.metadata;
  console.log(`${carts.length} carts, path ${generationPath}, seed ${seed}: ${carts.map((cart) => cart.total).join(" ")}`);
}

async function refused() {
  try {
    await testData.generateData({ entity: "crat", count: 0 });
  } catch (error) {
    const refusal = ConnectError.from(error);
    const [info] = refusal.findDetails(ErrorInfoSchema);
    console.log(`refused: ${Code[refusal.code]}, ${info.reason}`);
    for (const { field, reason, description } of refusal.findDetails(BadRequestSchema).flatMap((all) => all.fieldViolations)) {
      console.log(`  ${field}: ${reason}: ${description}`);
    }
  }
}

async function stream() {
  let users = 0;
  for await (const chunk of testData.generateDataStream({ entity: "user", count: 2500, seed: 7n })) {
    users += chunk.isFinal ? 0 : JSON.parse(chunk.data).length;
  }
  console.log(`${users} users streamed`);
}

async function followJob() {
  const job = await jobs.submitJob({ request: { requestId: `node-${process.pid}`, entity: "order", count: 1500, seed: 7n } });
  // After a broken connection: the same call with `fromRecord` of the last chunk's `nextRecord`.
  let orders = 0;
  for await (const chunk of jobs.streamJobResults({ jobId: job.jobId, fromRecord: 0n })) {
    orders += chunk.isFinal ? 0 : JSON.parse(chunk.data).length;
  }
  const ended = await jobs.getJob({ jobId: job.jobId });
  console.log(`${orders} orders of a job, ${JobState[ended.state]}`);
}

await generate();
await refused();
await stream();
await followJob();
