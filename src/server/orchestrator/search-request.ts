/** What a search of the Orchestrator asks for. */
import { Type, type Static } from "typebox";
import { filterSchema, readFilter, type Filter } from "./filter.ts";

export const searchSchema = Type.Object(
  {
    filters: Type.Optional(filterSchema),
    paginationInfo: Type.Optional(
      Type.Object(
        {
          offset: Type.Optional(Type.Integer({ minimum: 0 })),
          pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "100 unless said." })),
          orderBy: Type.Optional(Type.String({ minLength: 1 })),
          orderDirection: Type.Optional(Type.String({ pattern: "^([Aa][Ss][Cc]|[Dd][Ee][Ss][Cc])$" })),
        },
        { additionalProperties: true },
      ),
    ),
  },
  { additionalProperties: true },
);

export const pageSchema = Type.Object(
  {
    offset: Type.Integer(),
    pageSize: Type.Integer(),
    totalCount: Type.Integer(),
    orderBy: Type.Optional(Type.String()),
    orderDirection: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

export interface Search {
  filter?: Filter;
  offset: number;
  pageSize: number;
  orderBy?: string;
  descending: boolean;
}

const defaultPageSize = 100;

/** Throws REQUEST_INVALID. */
export function readSearch({ filters, paginationInfo = {} }: Static<typeof searchSchema>): Search {
  const { offset = 0, pageSize = defaultPageSize, orderBy, orderDirection = "ASC" } = paginationInfo;
  return {
    offset,
    pageSize,
    descending: orderDirection.toUpperCase() === "DESC",
    ...(orderBy !== undefined && { orderBy }),
    ...(filters !== undefined && Object.keys(filters).length > 0 && { filter: readFilter(filters) }),
  };
}

export function pageOf(
  { offset, pageSize, orderBy, descending }: Search,
  totalCount: number,
): Static<typeof pageSchema> {
  return {
    offset,
    pageSize,
    totalCount,
    ...(orderBy !== undefined && { orderBy, orderDirection: descending ? "DESC" : "ASC" }),
  };
}
