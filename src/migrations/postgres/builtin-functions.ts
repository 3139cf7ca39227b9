/**
 * Built-in functions that are stable or immutable, from pg_proc of PostgreSQL 15 (provolatile <> 'v', no overload that is
 * volatile), with those that 16 to 18 added; functions behind operators, types, indexes and encodings are left out.
 */
export const notVolatileBuiltins: ReadonlySet<string> = new Set(
  (
    'abbrev abs acldefault acos acosd acosh age any_value area array_append array_cat array_dims array_fill ' +
    'array_length array_lower array_ndims array_position array_positions array_prepend array_remove array_replace ' +
    'array_reverse array_sort array_to_json array_to_string array_to_tsvector array_upper ascii asind asinh atan ' +
    'atan2 atan2d atand atanh bit bit_count bit_length bool bool_alltrue bool_anytrue box bpchar broadcast btrim ' +
    'cardinality casefold cbrt ceil ceiling center char char_length character_length chr cidr circle ' +
    'col_description concat concat_ws convert convert_from convert_to cos cosd cosh cot cotd crc32 crc32c ' +
    'current_database current_schema current_schemas current_setting current_user date date_add date_bin date_part ' +
    'date_subtract date_trunc datemultirange daterange daterange_canonical decode degrees dexp diagonal diameter ' +
    'div dlog1 dlog10 dround dtrunc encode enum_first enum_last enum_range erf erfc exp extract factorial family ' +
    'float4 float8 floor format format_type gamma gcd generate_series generate_subscripts get_bit get_byte ' +
    'get_current_ts_config getdatabaseencoding getpgusername hashtext height host hostmask inet_client_addr ' +
    'inet_client_port inet_server_addr inet_server_port initcap int2 int4 int4multirange int4range int8 ' +
    'int8multirange int8range interval is_normalized isclosed isempty isfinite ishorizontal isopen isparallel ' +
    'isperp isvertical json json_array_elements json_array_elements_text json_array_length json_build_array ' +
    'json_build_object json_each json_each_text json_object json_object_keys json_populate_record ' +
    'json_populate_recordset json_scalar json_serialize json_strip_nulls json_to_record json_to_recordset ' +
    'json_to_tsvector json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length ' +
    'jsonb_build_array jsonb_build_object jsonb_concat jsonb_each jsonb_each_text jsonb_insert jsonb_object ' +
    'jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query ' +
    'jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz ' +
    'jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax ' +
    'jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours ' +
    'justify_interval lcm left length lgamma like like_escape line ln log log10 lower lower_inc lower_inf lpad lseg ' +
    'ltrim macaddr macaddr8 macaddr8_set7bit make_date make_interval make_time make_timestamp make_timestamptz ' +
    'makeaclitem masklen md5 min_scale mod money multirange mxid_age name nameconcatoid netmask network normalize ' +
    'notlike now npoints num_nonnulls num_nulls numeric nummultirange numnode numrange obj_description octet_length ' +
    'oid oidvectortypes overlaps overlay parse_ident path pclose pg_backend_pid pg_char_to_encoding ' +
    'pg_client_encoding pg_collation_for pg_column_compression pg_column_is_updatable pg_column_size ' +
    'pg_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned pg_describe_object ' +
    'pg_encoding_max_length pg_encoding_to_char pg_filenode_relation pg_has_role pg_identify_object ' +
    'pg_identify_object_as_address pg_is_other_temp_schema pg_listening_channels pg_mcv_list_items ' +
    'pg_my_temp_schema pg_partition_root pg_postmaster_start_time pg_relation_filenode pg_relation_filepath ' +
    'pg_relation_is_publishable pg_relation_is_updatable pg_sequence_parameters pg_settings_get_flags pg_size_bytes ' +
    'pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_tablespace_databases pg_tablespace_location ' +
    'pg_trigger_depth pg_typeof pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name pg_walfile_name_offset ' +
    'phraseto_tsquery pi plainto_tsquery point polygon popen position postgresql_fdw_validator pow power querytree ' +
    'quote_ident quote_literal quote_nullable radians radius range_merge regclass regexp_count regexp_instr ' +
    'regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table ' +
    'regexp_substr repeat replace reverse right round row_security_active row_to_json rpad rtrim ' +
    'satisfies_hash_partition scale session_user set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 ' +
    'shobj_description sign similar_escape similar_to_escape sin sind sinh slope split_part sqrt ' +
    'statement_timestamp string_to_array string_to_table strip strpos substr substring tan tand tanh text textcat ' +
    'textlen time timestamp timestamptz timetz timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb ' +
    'to_number to_oct to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc ' +
    'to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate ' +
    'trim_array trim_scale trunc ts_debug ts_delete ts_filter ts_headline ts_parse ts_rank ts_rank_cd ts_token_type ' +
    'tsmultirange tsquery_phrase tsrange tstzmultirange tstzrange tsvector tsvector_to_array txid_current ' +
    'txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax txid_visible_in_snapshot ' +
    'unistr unnest upper upper_inc upper_inf uuid_extract_timestamp uuid_extract_version varbit varchar version ' +
    'websearch_to_tsquery width width_bucket xid xml xml_is_well_formed xml_is_well_formed_content ' +
    'xml_is_well_formed_document xmlcomment xmlconcat2 xmlexists xmlvalidate xpath xpath_exists '
  )
    .trim()
    .split(' '),
);
