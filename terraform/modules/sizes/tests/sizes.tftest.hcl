run "staging_is_cheap" {
  command = plan
  variables { environment = "staging" }
  assert {
    # 2 x 48 + 0 + 3 x 49 + 1 x 30 + 1 x 15 + 5 + 12 + 5
    condition     = output.monthly_cost.total == 310
    error_message = "The total is not the sum of its parts."
  }
}

run "production_survives_a_machine" {
  command = plan
  variables { environment = "production" }
  assert {
    condition     = output.sizes.ha && output.sizes.nodes.min >= 3 && output.sizes.postgres.nodes >= 2
    error_message = "Production needs more than one of everything."
  }
  assert {
    # 3 x 168 + 40 + 3 x 137 + 3 x 122 + 2 x 60 + 20 + 12 + 5
    condition     = output.monthly_cost.total == 1478
    error_message = "The total is not the sum of its parts."
  }
}

run "there_is_no_third_environment" {
  command = plan
  variables { environment = "test" }
  expect_failures = [var.environment]
}
