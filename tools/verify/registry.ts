import { backups } from './backup.ts';
import { checkovBeside, checkovChart, checkovTerraform } from './checkov.ts';
import { clusterInstall } from './cluster.ts';
import { clusterParts } from './cluster-parts.ts';
import { helmReadme } from './helm-docs.ts';
import { helmGolden, helmLint, helmRefusals, helmVariants } from './helm.ts';
import { imagesRun } from './images-compose.ts';
import { componentLists, dockerfileLint, dockerfileRules, imagesBuilt } from './images.ts';
import { manifestSchemas } from './kubeconform.ts';
import { logShipping } from './open-search.ts';
import { pipelineRules, pipelineSchema, shellScripts, yamlFiles } from './pipeline.ts';
import { loadScenarios } from '../load/check.ts';
import { promtoolRules } from './promtool.ts';
import {
  terraformFormat,
  terraformMocked,
  terraformPlans,
  terraformValidate,
} from './terraform.ts';
import { terraformReal } from './terraform-real.ts';
import type { Check } from './types.ts';

/** Every check of `npm run verify:deploy`, in the order in which they run. */
export const checks: readonly Check[] = [
  helmLint,
  helmGolden,
  helmRefusals,
  helmVariants,
  helmReadme,
  manifestSchemas,
  checkovChart,
  clusterInstall,
  clusterParts,
  checkovBeside,
  terraformFormat,
  terraformPlans,
  terraformValidate,
  terraformMocked,
  terraformReal,
  checkovTerraform,
  promtoolRules,
  loadScenarios,
  pipelineSchema,
  pipelineRules,
  yamlFiles,
  shellScripts,
  backups,
  logShipping,
  dockerfileLint,
  dockerfileRules,
  componentLists,
  imagesBuilt,
  imagesRun,
];
