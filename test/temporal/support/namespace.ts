/** Namespaces of the development server, each for one test: what happens in one is seen in no other. */
import { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";
import { eventually } from "../../support/eventually.ts";

/** Makes one and waits until it can be used; search attributes are not registered in it. */
export async function makeNamespace(address: string, namespace: string): Promise<void> {
  await using connection = await connect(address);
  const { workflowService, operatorService } = connection;
  const workflowExecutionRetentionPeriod = msToTs("30 days");
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await eventually("the namespace can be used", async () =>
    operatorService.listSearchAttributes({ namespace }).then(
      () => true,
      () => false,
    ),
  );
}

/** How many runs there are and were in a namespace. */
export async function countRuns(address: string, namespace: string): Promise<number> {
  await using connection = await connect(address);
  const query = "WorkflowType = 'run'";
  const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query });
  return Number(count ?? 0);
}

async function connect(address: string): Promise<Connection & AsyncDisposable> {
  const connection = await Connection.connect({ address });
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
}
