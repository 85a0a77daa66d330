using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues;

/// <summary>One queue system over one kind of broker: Celery on Redis, Celery on RabbitMQ, RQ, RabbitMQ. Composition lists them.</summary>
internal interface IQueueKind
{
    /// <summary>celery, rq or rabbitmq.</summary>
    string System { get; }

    /// <summary>Whether it can use a broker at this address; decided by the scheme alone.</summary>
    bool Serves(string broker);

    /// <summary>The settings that it reads, as written in graphs.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>What is wrong with the broker's address; placeholders of secrets stand for themselves. Null: nothing.</summary>
    OpsRestartException? CheckBroker(string broker);

    /// <summary>Whether its workers can be told to take nothing new. A drain of the level executing and most drain modes need that.</summary>
    bool CanSuspend => true;

    IWorkQueueSystem Open(GraphQueue queue);
}
