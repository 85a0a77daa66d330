using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues;

/// <summary>One queue system over one kind of broker: Celery on Redis, Celery on RabbitMQ, RQ, RabbitMQ. Composition lists them.</summary>
internal interface IQueueKind
{
    /// <summary>celery, rq or rabbitmq.</summary>
    string System { get; }

    /// <summary>Whether it can use a broker at this address; decided by the scheme alone.</summary>
    bool Serves(string broker);

    /// <summary>What is wrong with the broker's address; placeholders of secrets stand for themselves. Null: nothing.</summary>
    OpsRestartException? CheckBroker(string broker);

    /// <summary>
    /// Whether its workers can be told to take nothing new. A drain of the level executing and most drain modes need that.
    /// </summary>
    bool CanSuspend => true;

    /// <summary>
    /// Reads every setting, by which the system also says which it knows; what is wrong becomes findings. What it gives opens the system.
    /// </summary>
    Func<IWorkQueueSystem> Read(GraphQueue queue, SettingReader settings);
}
