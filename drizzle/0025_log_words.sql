-- What words of a filter are looked for in, folded as `domain/log-filter/fold` does it: the message and the line as printed, without terminal
-- colours. Queries and the indexes of `engine/log-words` have the same expression.
CREATE FUNCTION log_words(text text, message text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower((CASE WHEN message IS NULL THEN '' ELSE message || E'\n' END || CASE WHEN position(chr(27) IN text) > 0
    THEN regexp_replace(text COLLATE "C", '\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))', '', 'g') ELSE text END) COLLATE "C")
$$;
