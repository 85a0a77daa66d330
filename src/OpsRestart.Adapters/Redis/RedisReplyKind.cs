namespace OpsRestart.Adapters.Redis;

internal enum RedisReplyKind
{
    Null,
    Status,
    Error,
    Integer,
    Bulk,
    Array,
}
