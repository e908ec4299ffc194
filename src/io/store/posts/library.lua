-- The JSON of these posts, in order; those that are gone are left out.
local function posts_of(ids)
  local posts = {}
  for _, id in ipairs(ids) do
    local json = redis.call('HGET', p .. 'p:' .. hex(id), 'j')
    if json then posts[#posts + 1] = json end
  end
  return posts
end
