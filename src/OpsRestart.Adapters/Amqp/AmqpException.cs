namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// A RabbitMQ broker, or its management API, that can't be reached or that refused something. <see cref="Code"/> is the broker's own word.
/// </summary>
internal sealed class AmqpException : OpsRestartException
{
    public AmqpException(
        OpsError error,
        string code,
        string message,
        string target,
        string? advice = null,
        Exception? innerException = null
    )
        : base(error, message, target, advice, innerException) => Code = code;

    /// <summary>
    /// AMQP's reply code (404, 405, 530 …) or HTTP's; for failures of the connection: <see cref="Wire.WireFailure.Reason"/>.
    /// </summary>
    public string Code { get; }
}
