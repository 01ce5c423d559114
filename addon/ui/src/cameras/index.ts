import "./edit-camera-screen";
import "./manage-screen";
