# A project whose settings are asked about while Terraform plans: a denial fails the plan, before anything has changed.
terraform {
  required_providers {
    gitlab   = { source = "gitlabhq/gitlab" }
    external = { source = "hashicorp/external" }
  }
}

locals {
  project  = "acme/web"
  settings = { visibility = "private" }
}

data "external" "allowed" {
  program = ["${path.module}/validate.sh"]
  query = {
    project = local.project
    type    = "gitlab.project.update"
    data    = jsonencode({ parameters = local.settings })
  }
}

resource "gitlab_project" "web" {
  name             = "web"
  visibility_level = local.settings.visibility

  lifecycle {
    precondition {
      condition     = data.external.allowed.result.decision == "allow"
      error_message = "The rules of the group do not allow this."
    }
  }
}
