/** What the programs look at: an issue of GitLab, objects of OpenShift, strings and numbers of all kinds. */

const issue = {
  object_kind: "issue",
  user: { id: 1, name: "Ada Lovelace", username: "ada", email: "ada@example.org" },
  project: { id: 42, path_with_namespace: "team/demo", default_branch: "main", visibility_level: 20 },
  object_attributes: {
    iid: 301,
    title: "Größe prüfen 😀",
    description: "Steps:\n1. do\t2. don't\n\n/label ~bug",
    state: "opened",
    created_at: "2024-02-29 12:34:56 UTC",
    due_date: null,
    labels: [
      { id: 206, title: "bug", color: "#ff0000", priority: null },
      { id: 86, title: "team::api", color: "#00FF00", priority: 3 },
    ],
    weight: 2.5,
    confidential: false,
  },
  assignees: [{ username: "ada" }, { username: "grace" }],
  changes: { labels: { previous: [], current: ["bug", "team::api"] } },
};

const openshift = {
  apiVersion: "apps.openshift.io/v1",
  kind: "DeploymentConfig",
  metadata: {
    name: "frontend",
    namespace: "shop-dev",
    labels: { app: "frontend", "app.kubernetes.io/part-of": "shop" },
    annotations: { "openshift.io/display-name": "", replicas: "3" },
    creationTimestamp: "2023-11-05T08:15:30Z",
    ownerReferences: [],
  },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          {
            name: "web",
            image: "registry/shop:1.2",
            ports: [{ containerPort: 8080 }],
            env: [{ name: "A", value: "1" }],
          },
          { name: "sidecar", image: "registry/proxy", resources: { limits: { cpu: "500m", memory: "1Gi" } } },
        ],
      },
    },
  },
  status: {
    conditions: [
      { type: "Available", status: "True" },
      { type: "Progressing", status: "False" },
    ],
    replicas: 2,
  },
};

/** The inputs, as JSON texts; programs know them as `$i0`, `$i1` … */
export const inputs: readonly string[] = [
  JSON.stringify(issue),
  JSON.stringify(openshift),
  '["a","B","é","😀","","a b","\\u0000","x\\ty","a,b","10","nan","\\uffff","\\ud83d\\ude00z","é"]',
  "[0,-0,1,-1,0.1,3.7,-2.5,1e17,1e-5,1e1000,100000000000000000000,5e-324,255,3,1e15]",
  '[{"a":1,"b":"x"},{"a":2,"b":null},{"a":1,"b":[1,[2,3]]},{"b":false},{"a":null}]',
  '{"b":2,"a":{"c":[1,2,{"d":null}],"e":{}},"10":1,"9":[],"é😀":"z"}',
  "[[1,2,3],[4,[5,[6]]],[],[null,true],[3,1,2]]",
  '[3,1,2,3,1,null,false,"a",[1],{}]',
  '[{"key":"k","value":1},{"name":"n","value":null},{"Key":"K","Value":2}]',
  "null",
  "true",
  "12.5",
  '"héllo wörld 😀"',
  '"{\\"a\\":[1,2.50,{\\"b\\":\\"x\\"}]}"',
  '"2015-03-05T23:51:47Z"',
  "1425599621.678",
];
