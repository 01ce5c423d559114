import "./all-timeline-screen";
import "./event-screen";
import "./timeline-screen";
