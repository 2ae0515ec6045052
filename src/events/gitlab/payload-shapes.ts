/** Written by `npm run docs` from the recorded webhooks of the tests; `payload-shape.ts` reads it. */
export const shapeTexts: Readonly<Record<string, string>> = {
  access_token:
    "{object_kind:string,group:{group_name:string,group_path:string,full_path:string,group_id:int}," +
    "object_attributes:{user_id:int,created_at:string,id:int,name:string,expires_at:string}," +
    "event_name:string,project:{id:int,name:string,description:string,web_url:string,avatar_url:any?," +
    "git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string}}",
  branch:
    "{object_kind:string,event_name:string,before:string,after:string,ref:string,ref_protected:bool," +
    "checkout_sha:string?,message:any?,user_id:int,user_name:string,user_username:string," +
    "user_email:string,user_avatar:string,project_id:int,project:{id:int,name:string,description:string," +
    "web_url:string,avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string," +
    "visibility_level:int,path_with_namespace:string,default_branch:string,ci_config_path:string," +
    "homepage:string,url:string,ssh_url:string,http_url:string},commits:[{id:string,message:string," +
    "title:string,timestamp:string,url:string,author:{name:string,email:string},added:[any]," +
    "modified:[string],removed:[any]}],total_commits_count:int,push_options:{},repository:{name:string," +
    "url:string,description:string,homepage:string,git_http_url:string,git_ssh_url:string," +
    "visibility_level:int}}",
  deployment:
    "{object_kind:string,status:string,status_changed_at:string,deployment_id:int,deployable_id:int," +
    "deployable_url:string,environment:string,environment_tier:string,environment_slug:string," +
    "environment_external_url:string,project:{id:int,name:string,description:string,web_url:string," +
    "avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},short_sha:string,user:{id:int,name:string,username:string," +
    "avatar_url:string,email:string},user_url:string,commit_url:string,commit_title:string,ref:string}",
  emoji:
    "{object_kind:string,event_type:string,user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},project_id:int,project:{id:int,name:string,description:string,web_url:string," +
    "avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},object_attributes:{user_id:int,created_at:string,id:int,name:string," +
    "awardable_type:string,awardable_id:int,updated_at:string,action:string,awarded_on_url:string}," +
    "issue:{author_id:int,closed_at:any?,confidential:bool,created_at:string,description:string," +
    "discussion_locked:any?,due_date:string,id:int,iid:int,last_edited_at:string,last_edited_by_id:int," +
    "milestone_id:any?,moved_to_id:any?,duplicated_to_id:any?,project_id:int,relative_position:int," +
    "state_id:int,time_estimate:int,title:string,updated_at:string,updated_by_id:int,weight:int," +
    "health_status:string,type:string,url:string,total_time_spent:int,time_change:int," +
    "human_total_time_spent:string,human_time_change:any?,human_time_estimate:any?,assignee_ids:[int]," +
    "assignee_id:int,labels:[{id:int,title:string,color:string,project_id:int?,created_at:string," +
    "updated_at:string,template:bool,description:string,type:string,group_id:int?}],state:string," +
    "severity:string,customer_relations_contacts:[any],status:{id:int,name:string}}," +
    "note:{attachment:any?,author_id:int,change_position:any?,commit_id:any?,created_at:string," +
    "discussion_id:string,id:int,line_code:any?,note:string,original_position:any?,position:any?," +
    "project_id:int,resolved_at:any?,resolved_by_id:any?,resolved_by_push:any?,st_diff:any?,system:bool," +
    "type:any?,updated_at:string,updated_by_id:any?,description:string,noteable_type:string," +
    "noteable_id:int},merge_request:{assignee_id:int,author_id:int,created_at:string,description:string," +
    "draft:bool,head_pipeline_id:int,id:int,iid:int,last_edited_at:any?,last_edited_by_id:any?," +
    "merge_commit_sha:any?,merge_error:any?,merge_params:{force_remove_source_branch:string}," +
    "merge_status:string,merge_user_id:any?,merge_when_pipeline_succeeds:bool,milestone_id:any?," +
    "source_branch:string,source_project_id:int,state_id:int,target_branch:string,target_project_id:int," +
    "time_estimate:int,title:string,updated_at:string,updated_by_id:int,prepared_at:string," +
    "assignee_ids:[int],blocking_discussions_resolved:bool,detailed_merge_status:string," +
    "first_contribution:bool,human_time_change:any?,human_time_estimate:any?,human_total_time_spent:any?," +
    "labels:[{id:int,title:string,color:string,project_id:any?,created_at:string,updated_at:string," +
    "template:bool,description:string,type:string,group_id:int}],last_commit:{id:string,message:string," +
    "title:string,timestamp:string,url:string,author:{name:string,email:string}},reviewer_ids:[int]," +
    "source:{id:int,name:string,description:string,web_url:string,avatar_url:any?,git_ssh_url:string," +
    "git_http_url:string,namespace:string,visibility_level:int,path_with_namespace:string," +
    "default_branch:string,ci_config_path:string,homepage:string,url:string,ssh_url:string," +
    "http_url:string},state:string,system:bool,target:{id:int,name:string,description:string," +
    "web_url:string,avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string," +
    "visibility_level:int,path_with_namespace:string,default_branch:string,ci_config_path:string," +
    "homepage:string,url:string,ssh_url:string,http_url:string},time_change:int,total_time_spent:int," +
    "url:string,work_in_progress:bool,approval_rules:[{id:int,created_at:string,updated_at:string," +
    "merge_request_id:int,approvals_required:int,name:string,rule_type:string}]}}",
  feature_flag:
    "{object_kind:string,project:{id:int,name:string,description:string,web_url:string,avatar_url:any?," +
    "git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},user_url:string,object_attributes:{id:int,name:string,description:string,active:bool}}",
  group:
    "{event_name:string,created_at:string,updated_at:string,name:string,path:string,full_path:string," +
    "group_id:int,old_path:string,old_full_path:string}",
  issue:
    "{object_kind:string,event_type:string,user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},project:{id:int,name:string,description:string,web_url:string,avatar_url:any?," +
    "git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},object_attributes:{author_id:int,closed_at:string?," +
    "confidential:bool,created_at:string,description:string,discussion_locked:any?,due_date:string," +
    "id:int,iid:int,last_edited_at:string,last_edited_by_id:int,milestone_id:any?,moved_to_id:any?," +
    "duplicated_to_id:any?,project_id:int,relative_position:int,state_id:int,time_estimate:int," +
    "title:string,updated_at:string,updated_by_id:int,weight:int,health_status:string,type:string," +
    "url:string,total_time_spent:int,time_change:int,human_total_time_spent:string," +
    "human_time_change:any?,human_time_estimate:any?,assignee_ids:[int],assignee_id:int?,labels:[{id:int," +
    "title:string,color:string,project_id:int?,created_at:string,updated_at:string,template:bool," +
    "description:string,type:string,group_id:int?}],state:string,severity:string," +
    "customer_relations_contacts:[any],status:{id:int,name:string},action:string},labels:[{id:int," +
    "title:string,color:string,project_id:int?,created_at:string,updated_at:string,template:bool," +
    "description:string,type:string,group_id:int?}],changes:{closed_at:{previous:string?," +
    "current:string?},state_id:{previous:int,current:int},author_id:{previous:any?,current:int}," +
    "created_at:{previous:any?,current:string},id:{previous:any?,current:int},iid:{previous:any?," +
    "current:int},title:{previous:string?,current:string},updated_at:{previous:string,current:string}," +
    "updated_by_id:{previous:int,current:int},weight:{previous:any?,current:int},due_date:{previous:any?," +
    "current:string},labels:{previous:[{id:int,title:string,color:string,project_id:any?," +
    "created_at:string,updated_at:string,template:bool,description:string,type:string,group_id:int}]," +
    "current:[{id:int,title:string,color:string,project_id:int?,created_at:string,updated_at:string," +
    "template:bool,description:string,type:string,group_id:int?}]},assignees:{previous:[{id:int," +
    "name:string,username:string,avatar_url:string,email:string}],current:[{id:int,name:string," +
    "username:string,avatar_url:string,email:string}]}},repository:{name:string,url:string," +
    "description:string,homepage:string},assignees:[{id:int,name:string,username:string," +
    "avatar_url:string,email:string}],issue:{id:int,iid:int}}",
  job:
    "{object_kind:string,ref:string,tag:bool,before_sha:string,sha:string,retries_count:int,build_id:int," +
    "build_name:string,build_stage:string,build_status:string,build_created_at:string," +
    "build_started_at:string,build_finished_at:string?,build_created_at_iso:string," +
    "build_started_at_iso:string,build_finished_at_iso:string?,build_duration:float?," +
    "build_queued_duration:float,build_allow_failure:bool,build_failure_reason:string,pipeline_id:int," +
    "runner:{id:int,description:string,runner_type:string,active:bool,is_shared:bool,tags:[string]}," +
    "project_id:int,project_name:string,user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},commit:{id:int,name:any?,sha:string,message:string,author_name:string," +
    "author_email:string,author_url:string,status:string,duration:any?,started_at:string," +
    "finished_at:any?},repository:{name:string,url:string,description:string,homepage:string," +
    "git_ssh_url:string,git_http_url:string,visibility_level:int},environment:any?,project:{id:int," +
    "name:string,description:string,web_url:string,avatar_url:any?,git_ssh_url:string," +
    "git_http_url:string,namespace:string,visibility_level:int,path_with_namespace:string," +
    "default_branch:string,ci_config_path:string,homepage:string,url:string,ssh_url:string," +
    "http_url:string}}",
  key:
    "{event_name:string,created_at:string,updated_at:string,username:string,key:string,id:int}",
  member:
    "{created_at:string,updated_at:string,group_name:string,group_path:string,group_id:int," +
    "user_username:string,user_name:string,user_email:string,user_id:int,group_access:string," +
    "group_plan:any?,expires_at:string,event_name:string,access_level:string,project_id:int," +
    "project_name:string,project_path:string,project_path_with_namespace:string," +
    "project_visibility:string}",
  merge_request:
    "{object_kind:string,event_type:string,user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},project:{id:int,name:string,description:string,web_url:string,avatar_url:any?," +
    "git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},object_attributes:{assignee_id:int,author_id:int,created_at:string," +
    "description:string,draft:bool,head_pipeline_id:int,id:int,iid:int,last_edited_at:any?," +
    "last_edited_by_id:any?,merge_commit_sha:string?,merge_error:any?," +
    "merge_params:{force_remove_source_branch:string},merge_status:string,merge_user_id:int?," +
    "merge_when_pipeline_succeeds:bool,milestone_id:any?,source_branch:string,source_project_id:int," +
    "state_id:int,target_branch:string,target_project_id:int,time_estimate:int,title:string," +
    "updated_at:string,updated_by_id:int,prepared_at:string,assignee_ids:[int]," +
    "blocking_discussions_resolved:bool,detailed_merge_status:string,first_contribution:bool," +
    "human_time_change:any?,human_time_estimate:any?,human_total_time_spent:any?,labels:[{id:int," +
    "title:string,color:string,project_id:any?,created_at:string,updated_at:string,template:bool," +
    "description:string,type:string,group_id:int}],last_commit:{id:string,message:string,title:string," +
    "timestamp:string,url:string,author:{name:string,email:string}},reviewer_ids:[int],source:{id:int," +
    "name:string,description:string,web_url:string,avatar_url:any?,git_ssh_url:string," +
    "git_http_url:string,namespace:string,visibility_level:int,path_with_namespace:string," +
    "default_branch:string,ci_config_path:string,homepage:string,url:string,ssh_url:string," +
    "http_url:string},state:string,system:bool,target:{id:int,name:string,description:string," +
    "web_url:string,avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string," +
    "visibility_level:int,path_with_namespace:string,default_branch:string,ci_config_path:string," +
    "homepage:string,url:string,ssh_url:string,http_url:string},time_change:int,total_time_spent:int," +
    "url:string,work_in_progress:bool,approval_rules:[{id:int,created_at:string,updated_at:string," +
    "merge_request_id:int,approvals_required:int,name:string,rule_type:string}],action:string," +
    "system_action:string,oldrev:string},labels:[{id:int,title:string,color:string,project_id:any?," +
    "created_at:string,updated_at:string,template:bool,description:string,type:string,group_id:int}]," +
    "changes:{merge_status:{previous:string,current:string},state_id:{previous:int,current:int}," +
    "updated_at:{previous:string,current:string}},repository:{name:string,url:string,description:string," +
    "homepage:string},assignees:[{id:int,name:string,username:string,avatar_url:string,email:string}]," +
    "reviewers:[{id:int,name:string,username:string,avatar_url:string,email:string,state:string," +
    "re_requested:bool}],merge_request:{id:int,iid:int}}",
  milestone:
    "{object_kind:string,event_type:string,project:{id:int,name:string,description:string,web_url:string," +
    "avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},object_attributes:{id:int,iid:int,title:string,description:string," +
    "state:string,created_at:string,updated_at:string,due_date:string,start_date:string?,group_id:int?," +
    "project_id:int?},action:string,group:{group_name:string,group_path:string,full_path:string," +
    "group_id:int}}",
  note:
    "{object_kind:string,event_type:string,user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},project_id:int,project:{id:int,name:string,description:string,web_url:string," +
    "avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},object_attributes:{attachment:any?,author_id:int," +
    "change_position:any?,commit_id:string?,created_at:string,discussion_id:string,id:int," +
    "line_code:string?,note:string,original_position:any?,position:any?,project_id:int,resolved_at:any?," +
    "resolved_by_id:any?,resolved_by_push:any?,st_diff:any?,system:bool,type:any?,updated_at:string," +
    "updated_by_id:any?,description:string,noteable_type:string,noteable_id:int?,url:string," +
    "action:string,internal:bool},repository:{name:string,url:string,description:string,homepage:string}," +
    "commit:{id:string,message:string,title:string,timestamp:string,url:string,author:{name:string," +
    "email:string}},issue:{author_id:int,closed_at:any?,confidential:bool,created_at:string," +
    "description:string,discussion_locked:any?,due_date:string,id:int,iid:int,last_edited_at:string," +
    "last_edited_by_id:int,milestone_id:any?,moved_to_id:any?,duplicated_to_id:any?,project_id:int," +
    "relative_position:int,state_id:int,time_estimate:int,title:string,updated_at:string," +
    "updated_by_id:int,weight:int,health_status:string,type:string,url:string,total_time_spent:int," +
    "time_change:int,human_total_time_spent:string,human_time_change:any?,human_time_estimate:any?," +
    "assignee_ids:[int],assignee_id:int,labels:[{id:int,title:string,color:string,project_id:int?," +
    "created_at:string,updated_at:string,template:bool,description:string,type:string,group_id:int?}]," +
    "state:string,severity:string,customer_relations_contacts:[any],status:{id:int,name:string}}," +
    "merge_request:{assignee_id:int,author_id:int,created_at:string,description:string,draft:bool," +
    "head_pipeline_id:int,id:int,iid:int,last_edited_at:any?,last_edited_by_id:any?," +
    "merge_commit_sha:any?,merge_error:any?,merge_params:{force_remove_source_branch:string}," +
    "merge_status:string,merge_user_id:any?,merge_when_pipeline_succeeds:bool,milestone_id:any?," +
    "source_branch:string,source_project_id:int,state_id:int,target_branch:string,target_project_id:int," +
    "time_estimate:int,title:string,updated_at:string,updated_by_id:int,prepared_at:string," +
    "assignee_ids:[int],blocking_discussions_resolved:bool,detailed_merge_status:string," +
    "first_contribution:bool,human_time_change:any?,human_time_estimate:any?,human_total_time_spent:any?," +
    "labels:[{id:int,title:string,color:string,project_id:any?,created_at:string,updated_at:string," +
    "template:bool,description:string,type:string,group_id:int}],last_commit:{id:string,message:string," +
    "title:string,timestamp:string,url:string,author:{name:string,email:string}},reviewer_ids:[int]," +
    "source:{id:int,name:string,description:string,web_url:string,avatar_url:any?,git_ssh_url:string," +
    "git_http_url:string,namespace:string,visibility_level:int,path_with_namespace:string," +
    "default_branch:string,ci_config_path:string,homepage:string,url:string,ssh_url:string," +
    "http_url:string},state:string,system:bool,target:{id:int,name:string,description:string," +
    "web_url:string,avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string," +
    "visibility_level:int,path_with_namespace:string,default_branch:string,ci_config_path:string," +
    "homepage:string,url:string,ssh_url:string,http_url:string},time_change:int,total_time_spent:int," +
    "url:string,work_in_progress:bool,approval_rules:[{id:int,created_at:string,updated_at:string," +
    "merge_request_id:int,approvals_required:int,name:string,rule_type:string}]},snippet:{id:int," +
    "title:string,content:string,author_id:int,project_id:int,created_at:string,updated_at:string," +
    "file_name:string,type:string,visibility_level:int,description:string,url:string}}",
  pipeline:
    "{object_kind:string,object_attributes:{id:int,iid:int,name:string,ref:string,tag:bool,sha:string," +
    "before_sha:string,source:string,status:string,detailed_status:string,stages:[string]," +
    "created_at:string,finished_at:string?,duration:int?,queued_duration:int,protected_ref:bool," +
    "variables:[{key:string,value:string}],url:string},merge_request:{id:int,iid:int,title:string," +
    "source_branch:string,source_project_id:int,target_branch:string,target_project_id:int,state:string," +
    "merge_status:string,detailed_merge_status:string,url:string}?,user:{id:int,name:string," +
    "username:string,avatar_url:string,email:string},project:{id:int,name:string,description:string," +
    "web_url:string,avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string," +
    "visibility_level:int,path_with_namespace:string,default_branch:string,ci_config_path:string," +
    "homepage:string,url:string,ssh_url:string,http_url:string},commit:{id:string,message:string," +
    "title:string,timestamp:string,url:string,author:{name:string,email:string}},builds:[{id:int," +
    "stage:string,name:string,status:string,created_at:string,started_at:string,finished_at:string," +
    "duration:float,queued_duration:float,failure_reason:string?,when:string,manual:bool," +
    "allow_failure:bool,user:{id:int,name:string,username:string,avatar_url:string,email:string}," +
    "runner:{id:int,description:string,runner_type:string,active:bool,is_shared:bool,tags:[string]}," +
    "artifacts_file:{filename:any?,size:any?},environment:any?}],source_pipeline:{project:{id:int," +
    "web_url:string,path_with_namespace:string},job_id:int,pipeline_id:int}}",
  project:
    "{event_name:string,created_at:string,updated_at:string,name:string,path:string," +
    "path_with_namespace:string,project_id:int,project_namespace_id:int,owners:[{name:string," +
    "email:string}],project_visibility:string,old_path_with_namespace:string}",
  release:
    "{object_kind:string,id:int,created_at:string,description:string,name:string,released_at:string," +
    "tag:string,project:{id:int,name:string,description:string,web_url:string,avatar_url:any?," +
    "git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},url:string,action:string,assets:{count:int,links:[{id:int," +
    "link_type:string,name:string,url:string}],sources:[{format:string,url:string}]},commit:{id:string," +
    "message:string,title:string,timestamp:string,url:string,author:{name:string,email:string}}}",
  repository:
    "{event_name:string,user_id:int,user_name:string,user_email:string,user_avatar:string,project_id:int," +
    "project:{id:int,name:string,description:string,web_url:string,avatar_url:any?,git_ssh_url:string," +
    "git_http_url:string,namespace:string,visibility_level:int,path_with_namespace:string," +
    "default_branch:string,ci_config_path:string,homepage:string,url:string,ssh_url:string," +
    "http_url:string},changes:[{before:string,after:string,ref:string}],refs:[string]}",
  subgroup:
    "{created_at:string,updated_at:string,event_name:string,name:string,path:string,full_path:string," +
    "group_id:int,parent_group_id:int,parent_name:string,parent_path:string,parent_full_path:string}",
  tag:
    "{object_kind:string,event_name:string,before:string,after:string,ref:string,ref_protected:bool," +
    "checkout_sha:string?,message:any?,user_id:int,user_name:string,user_username:string," +
    "user_email:string,user_avatar:string,project_id:int,project:{id:int,name:string,description:string," +
    "web_url:string,avatar_url:any?,git_ssh_url:string,git_http_url:string,namespace:string," +
    "visibility_level:int,path_with_namespace:string,default_branch:string,ci_config_path:string," +
    "homepage:string,url:string,ssh_url:string,http_url:string},commits:[any],total_commits_count:int," +
    "push_options:{},repository:{name:string,url:string,description:string,homepage:string," +
    "git_http_url:string,git_ssh_url:string,visibility_level:int}}",
  user:
    "{event_name:string,created_at:string,updated_at:string,name:string,email:string,user_id:int," +
    "username:string}",
  vulnerability:
    "{object_kind:string,object_attributes:{url:string,title:string,state:string,project_id:int," +
    "location:{file:string,start_line:int},cvss:[{vector:string,vendor:string}],severity:string," +
    "severity_overridden:bool,identifiers:[{name:string,external_id:string,external_type:string," +
    "url:string}],issues:[{title:string,url:string,created_at:string,updated_at:string}]," +
    "report_type:string,confidence:string,confidence_overridden:bool,confirmed_at:string," +
    "confirmed_by_id:int,dismissed_at:any?,dismissed_by_id:any?,resolved_at:any?,resolved_by_id:any?," +
    "auto_resolved:bool,resolved_on_default_branch:bool,created_at:string,updated_at:string}," +
    "project:{id:int}}",
  wiki_page:
    "{object_kind:string,user:{id:int,name:string,username:string,avatar_url:string,email:string}," +
    "project:{id:int,name:string,description:string,web_url:string,avatar_url:any?,git_ssh_url:string," +
    "git_http_url:string,namespace:string,visibility_level:int,path_with_namespace:string," +
    "default_branch:string,ci_config_path:string,homepage:string,url:string,ssh_url:string," +
    "http_url:string},wiki:{web_url:string,git_ssh_url:string,git_http_url:string," +
    "path_with_namespace:string,default_branch:string},object_attributes:{slug:string,title:string," +
    "format:string,message:string,version_id:string,content:string,url:string,action:string," +
    "diff_url:string}}",
  work_item:
    "{object_kind:string,event_type:string,user:{id:int,name:string,username:string,avatar_url:string," +
    "email:string},project:{id:int,name:string,description:string,web_url:string,avatar_url:any?," +
    "git_ssh_url:string,git_http_url:string,namespace:string,visibility_level:int," +
    "path_with_namespace:string,default_branch:string,ci_config_path:string,homepage:string,url:string," +
    "ssh_url:string,http_url:string},object_attributes:{author_id:int,closed_at:any?,confidential:bool," +
    "created_at:string,description:string,discussion_locked:any?,due_date:string,id:int,iid:int," +
    "last_edited_at:string,last_edited_by_id:int,milestone_id:any?,moved_to_id:any?," +
    "duplicated_to_id:any?,project_id:int,relative_position:int,state_id:int,time_estimate:int," +
    "title:string,updated_at:string,updated_by_id:int,weight:int,health_status:string,type:string," +
    "url:string,total_time_spent:int,time_change:int,human_total_time_spent:string," +
    "human_time_change:any?,human_time_estimate:any?,assignee_ids:[int],assignee_id:int,labels:[any]," +
    "state:string,severity:string,customer_relations_contacts:[any],status:{id:int,name:string}," +
    "action:string},labels:[any],changes:{title:{previous:string,current:string}}," +
    "repository:{name:string,url:string,description:string,homepage:string},assignees:[{id:int," +
    "name:string,username:string,avatar_url:string,email:string}],work_item:{id:int,iid:int}}",
};
