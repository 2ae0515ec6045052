/** Feature flags of projects. */
export interface FeatureFlag {
  id: number;
  name: string;
  description: string;
  active: boolean;
  version: "new_version_flag";
  strategies: Record<string, unknown>[];
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}
