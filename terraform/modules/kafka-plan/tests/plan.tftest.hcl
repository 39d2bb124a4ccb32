run "every_topic_has_what_a_managed_cluster_demands" {
  command = plan
  assert {
    condition     = alltrue([for topic in output.topics : topic.partition_count >= 3 && topic.replication_factor >= 2])
    error_message = "Managed Kafka refuses fewer than 3 partitions or 2 replicas."
  }
  assert {
    condition     = alltrue([for topic in output.topics : contains(["delete", "compact", "compact_delete"], topic.cleanup_policy)])
    error_message = "Unknown cleanup policy."
  }
  assert {
    condition     = alltrue([for topic in output.topics : topic.min_insync_replicas < topic.replication_factor])
    error_message = "With min ISR = replicas one lost broker stops every producer."
  }
}

run "services_get_what_the_catalogue_says_and_no_more" {
  command = plan
  assert {
    condition     = output.users["connect-brokerage"]["brokerage.transaction.v1"] == "produce"
    error_message = "A connector writes its topic and never reads it."
  }
  assert {
    condition     = output.users["derive-sentiment"]["social.mention.v1"] == "produceconsume"
    error_message = "derive-sentiment reads back what it scored."
  }
  assert {
    condition     = !contains(keys(output.users["serve-live"]), "brokerage.transaction.v1")
    error_message = "The gateway must not see transactions."
  }
  assert {
    condition     = alltrue([for right in values(output.users["serve-api"]) : right == "consume"])
    error_message = "The API looks at the ends of logs and writes nothing."
  }
  assert {
    condition     = [for name, rights in output.users : name if contains(values(rights), "admin")] == ["deploy-schemas"]
    error_message = "Only the deploy step is an admin."
  }
  assert {
    condition     = alltrue([for rights in output.users : !contains(keys(rights), "*")])
    error_message = "Nobody has a wildcard."
  }
}

run "a_lane_has_its_own_topics" {
  command = plan
  variables { lane = "rehearsal" }
  assert {
    condition     = alltrue([for name in keys(output.topics) : startswith(name, "rehearsal.")])
    error_message = "Topics of a lane carry its name."
  }
  assert {
    condition     = output.users["derive-market"]["rehearsal.market.trade.v1"] == "consume"
    error_message = "Rights are on the topics of the lane."
  }
}

run "a_bad_lane_is_refused" {
  command = plan
  variables { lane = "Live!" }
  expect_failures = [var.lane]
}
